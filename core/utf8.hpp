// Whether bytes are UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
#pragma once

#include <string_view>

namespace hallmark {

bool is_utf8(std::string_view untrusted_text);

}  // namespace hallmark
