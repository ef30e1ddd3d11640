// The paths that a .deb's data member has its files at.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallmark {

inline constexpr std::size_t kLongestInstalledPath = 4096;  // bytes

bool has_control_character(std::string_view text);

// Where dpkg puts it, whatever slashes and dots the archive spells it with: "usr/bin/x", "" for the
// root. Nothing: "..".
std::optional<std::string> installed_path(std::string_view spelled);

}  // namespace hallmark
