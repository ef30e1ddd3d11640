// One gzip member (RFC 1952): a shard of an index as it is served, and as it is kept.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// The same bytes give the same member: no time stamp, no file name. Level 1 to 9.
Result<std::string> gzip_member(std::string_view bytes, int level);

// What the member at the front of `form` decodes to, at most `limit` bytes; `form` then stands
// behind it. Refused (kVerification): no whole member, a larger one.
Result<std::string> take_gzip_member(std::string_view& untrusted_form, std::size_t limit,
                                     const std::string& subject);

}  // namespace hallmark
