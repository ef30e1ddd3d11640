// Versions and names as Debian writes them: syntax, and the order in which dpkg puts versions.
//
// Source: Debian Policy 5.6.7, 5.6.8 and 5.6.12; deb-version(7).
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace hallmark {

// [epoch:]upstream[-revision], at most 128 bytes. Stricter than Policy in one point: no colon in
// the upstream part, because a version without its epoch becomes part of a file name.
bool is_debian_version(std::string_view version);

// The order of dpkg. "1.0" and "1.00", or "1.0" and "0:1.0-0", are equivalent, not equal.
// Defined for any text; meaningful where is_debian_version holds.
std::weak_ordering compare_debian_versions(std::string_view a, std::string_view b);

// "1:2.0-3" gives "2.0-3".
std::string_view without_epoch(std::string_view version);

// "1:2.0-3" gives "1"; without an epoch nothing.
std::string_view epoch_of(std::string_view version);

// Lower-case letters, digits and "+-.", 2 to 128 of them, starting with a letter or digit.
bool is_debian_package_name(std::string_view name);

// A name such as "amd64", "all" or "kfreebsd-amd64"; not a wildcard ("any", "linux-any"), at most
// 64 bytes.
bool is_debian_architecture(std::string_view architecture);

}  // namespace hallmark
