// What a check came to, and the note of it by which it is not made twice.
//
//   build/out/LOCKSHA/TARGET.checked   docs/formats.md describes it
//
// The builder's own, for the builder: nothing that is signed goes by it.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "reproducible/check_packages.hpp"

namespace hallmark {

struct CheckRecord {
  std::vector<Sha256Digest> artefacts;  // all that were handed in, sorted
  std::vector<NamedVersion> packages;   // that were installed and removed, sorted
  std::vector<NamedVersion> older;      // that the suite had of them, sorted
  std::string no_upgrade;  // why none was tried though there are older ones; empty: it was tried
};

// Does it speak for these, too? The lock is the same: the note's place says so. Older versions that
// have left the suite since do not matter; those that could not be installed are tried again.
bool covers(const CheckRecord& record, const std::vector<Sha256Digest>& artefacts,
            const std::vector<NamedVersion>& older);

Json to_json(const CheckRecord& record);
Result<CheckRecord> parse_check_record(std::string_view text, const std::string& subject);

}  // namespace hallmark
