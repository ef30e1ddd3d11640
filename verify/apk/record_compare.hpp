// In what two central directory records differ that says nothing of the entry's own bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verify/apk/entry_compare.hpp"

namespace hallmark {

// Records that read_zip() accepted, of the same name. Compared are "made by", both kinds of
// attributes, extra field and comment: the other fields are those of the local header, or follow
// from the entry's place.
std::vector<EntryDifference> compare_records(std::span<const uint8_t> in_signed,
                                             std::span<const uint8_t> in_rebuilt);

}  // namespace hallmark
