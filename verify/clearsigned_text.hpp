// The text of an OpenPGP clear-signed message, as an InRelease and a .dsc are one each (RFC 4880
// section 7). Only taken apart: whether the signature is good is not judged here.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// The signed text, dash escapes undone, with a newline after its last line. Anything before the
// message or after it is an error, and so is an armor header other than Hash.
Result<std::string> clearsigned_text(std::string_view untrusted_message,
                                     const std::string& subject);

}  // namespace hallmark
