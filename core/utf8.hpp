// Text of others: whether it is UTF-8 (RFC 3629: no overlong form, no surrogate, nothing above
// U+10FFFF), and what of it may be shown to a person.
#pragma once

#include <string>
#include <string_view>

namespace hallmark {

bool is_utf8(std::string_view untrusted_text);

// The text with a '?' for everything that could move the cursor, hide or reorder what is around it
// or pass for nothing: control characters of ASCII and Latin-1 (but tab and line feed), line and
// paragraph separators, zero-width characters, directional marks and overrides, and bytes that are
// not UTF-8.
std::string printable(std::string_view untrusted_text);

}  // namespace hallmark
