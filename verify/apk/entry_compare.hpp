// In what two entries of the same name differ: every way, each in words.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/opened_apk.hpp"

namespace hallmark {

// One way in which two entries differ. `what` is one of: missing entry, extra entry, order, method,
// contents, compressed bytes, time stamp, flags, version needed, alignment, local extra field, data
// descriptor, local header, made by, internal attributes, external attributes, directory extra
// field, comment, directory record, bytes before it.
struct EntryDifference {
  std::string what;
  std::string in_signed;  // for people; both empty where there is nothing more to say
  std::string in_rebuilt;
};

// Empty if and only if the entries are the same bytes, but for their places in the file. What does
// not decompress is an error of kind kVerification.
Result<std::vector<EntryDifference>> compare_entries(const OpenedApk& signed_apk,
                                                     const OpenedEntry& in_signed,
                                                     const OpenedApk& rebuilt,
                                                     const OpenedEntry& in_rebuilt);

}  // namespace hallmark
