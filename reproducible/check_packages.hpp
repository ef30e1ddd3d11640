// What a check tries out: a target's new packages, and what of them its suite has now.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/layout.hpp"
#include "core/model/product.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {

struct NamedVersion {
  std::string name;
  std::string version;

  auto operator<=>(const NamedVersion&) const = default;
};

// Copies .debs into the existing folder `to`, each named by its digest, and writes the index of
// them there. kVerification: one that is no package, is for another architecture, or a name twice.
Result<std::vector<DebPackage>> take_packages(std::span<const int> untrusted_debs,
                                              const Target& target, const std::string& to);

// Those that the product file wants tried out, sorted.
std::vector<NamedVersion> chosen_packages(const std::vector<DebPackage>& packages,
                                          const CheckSpec& check);

// The text of Packages as the target's suite has it, of all components, in the repository of this
// terminal: what its users see, or will with the next publication. Empty: there is none. An error
// when it is there and cannot be read.
Result<std::string> suite_packages(const Layout& layout, const Target& target);

// For each of `chosen` the newest older version in such a text, if there is one. Sorted.
Result<std::vector<NamedVersion>> older_versions(std::string_view untrusted_packages,
                                                 const std::vector<NamedVersion>& chosen);

}  // namespace hallmark
