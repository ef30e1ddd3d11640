// What a rebuild starts from: the lock and the product file, as a team's people hand them on, or as
// the release log that the team publishes has them.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

// By "SUITE/COMPONENT" and the file's name: the digests that were accepted under it, each with the
// SHA-256 of the lock that it came of, in hexadecimal; empty for what was not built from a lock.
using AcceptedFiles =
    std::map<std::pair<std::string, std::string>, std::map<Sha256Digest, std::string>>;

struct RebuildInputs {
  std::string lock_text;
  std::string product_text;
  // Of the OpenPGP keys that signed the source, from ../keyrings beside the product file's folder,
  // as a clone of the releases repository has it. Empty: the fetcher says so if it needs one.
  std::string keyring;
  Lock lock;
  // All that the log says was ever accepted of this version, from whatever lock; of files that were
  // handed over, nothing.
  AcceptedFiles accepted;
  // What else than `lock` this version was accepted from: SHA-256 of other locks, sorted.
  std::vector<std::string> other_locks;
};

Result<RebuildInputs> inputs_from_files(const std::string& lock, const std::string& product);

// The lock of the newest acceptance of this version. `folder`: the log as it is served, all of it;
// it counts for nothing unless `key` signed it. kFailed: nothing of the version was accepted there.
Result<RebuildInputs> inputs_from_log(const std::string& folder, const NoteKey& key,
                                      const std::string& product, const std::string& version);

}  // namespace hallmark
