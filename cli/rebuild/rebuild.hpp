// A rebuild: what a lock pins is fetched and built again, by somebody who need not trust whoever
// published it, compared with what is published, and attested.
#pragma once

#include <string>
#include <vector>

#include "cli/rebuild/inputs.hpp"
#include "cli/rebuild/published.hpp"
#include "cli/terminal_root.hpp"
#include "core/model/record.hpp"

namespace hallmark {

struct RebuildOptions {
  std::string only;         // a target, as Target::directory_name() spells it; empty: all
  std::string against;      // a folder or a file; empty: the release log, if there is one
  std::string key;          // an SSH key; empty: nothing is attested
  std::string openpgp_key;  // a fingerprint; empty: no links
  std::string out = ".";
};

struct RebuiltTarget {
  BuildRecord record;
  std::vector<Comparison> comparisons;  // of each artefact, where there is something to compare
  std::string attestation;              // the file's path; empty: none
};

// A file that the record is about, as the builder keeps it.
Result<UniqueFd> open_built(const TerminalRoot& root, const BuildRecord& record,
                            const BuiltArtefact& artefact);

struct Rebuild {
  Lock lock;
  Sha256Digest lock_sha256;
  std::vector<RebuiltTarget> targets;
  std::vector<Target> left_out;  // of the lock's: for other machines
  std::size_t links = 0;         // for apt-transport-in-toto
  std::string compared_with;     // empty: nothing
  // Of the release log, where that was read (cli/rebuild/log_comparison.hpp).
  std::vector<Comparison> unexpected{};
  std::vector<std::string> not_compared{};
  std::vector<std::string> other_locks{};
};

// Safe to run again at any time: it goes on where it stopped. What differs is no error here.
Result<Rebuild> rebuild(TerminalRoot& root, const RebuildInputs& in, const RebuildOptions& options);

}  // namespace hallmark
