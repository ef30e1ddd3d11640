// What 'repo include' takes of a .changes file.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// The .deb and .dsc files that it names, beside it. Every file that it names must be there, with
// that size and SHA-256 (kVerification says which is not). Its signature is not looked at.
Result<std::vector<std::string>> packages_of_changes(const std::string& path);

}  // namespace hallmark
