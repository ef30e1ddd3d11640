// The Debian changelog that a .deb brings along, and where a repository serves it to `apt
// changelog`.
//
// For showing to people. Nobody reads it here, so that it is whatever bytes the package has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {

inline constexpr std::size_t kMostChangelog = std::size_t{8} << 20U;  // bytes, packed or not

// The bytes of usr/share/doc/PACKAGE/changelog.Debian, or of a native package's changelog; packed
// as one gzip member, with .gz at the end of its name, or not. Nothing: it has no such plain file
// (but a link, or a folder that is one), or one that is empty, larger, or not gzip as it says.
// kVerification: the data member cannot be read (deb_data.hpp).
Result<std::optional<std::string>> deb_changelog(int untrusted_fd, const DebPackage& deb,
                                                 const std::string& subject);

// "changelogs/main/liba/libapt/libapt_2.0_changelog": of the source package, its version without an
// epoch. What apt makes of "changelogs/@CHANGEPATH@_changelog".
std::string changelog_path(std::string_view component, const DebPackage& deb);

}  // namespace hallmark
