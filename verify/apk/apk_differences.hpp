// In what two APKs differ, apart from their signatures.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/entry_compare.hpp"
#include "verify/apk/opened_apk.hpp"

namespace hallmark {

struct DifferingEntry {
  std::string name;  // empty: the archive itself
  std::vector<EntryDifference> how;
};

constexpr std::size_t kMaxListedDifferences = 20;

struct ApkDifferences {
  std::size_t entries = 0;  // of the signed APK, without signature files
  std::size_t places = 0;   // in how many entries, counting the archive as one, the two differ
  // The first of those, at most kMaxListedDifferences: in the order of the signed APK, then what
  // only the rebuilt one has, then the archive itself.
  std::vector<DifferingEntry> listed;
  bool only_alignment = false;  // of some entries; nothing else differs
};

// An entry that does not decompress is an error of kind kVerification.
Result<ApkDifferences> find_differences(const OpenedApk& signed_apk, const OpenedApk& rebuilt);

}  // namespace hallmark
