// What a check runs inside the sandbox, as root of a machine on which nothing is installed yet:
// stock apt-get, with three repositories in /hallmark, and the product's smoke script.
//
//   new/      the target's packages, by their own index
//   suite/    what the suite has now
//   locked/   the packages of the target's build environment: where dependencies come from
//
// None of them is signed: nothing is yet. apt takes them by [trusted=yes], and still compares each
// file with its index.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reproducible/check_packages.hpp"

namespace hallmark {

enum class CheckRun {
  kInstall,  // the new packages on an empty machine
  kUpgrade,  // the older ones first, then the new ones over them
};

std::string check_script(CheckRun run);
// The first line that it writes: without it, nothing was tried out.
inline constexpr std::string_view kCheckBegins = "hallmark: the check begins\n";
std::vector<std::string> check_variables(const std::vector<NamedVersion>& chosen,
                                         const std::vector<NamedVersion>& older,
                                         const std::string& version);
// apt's own settings, in the file that APT_CONFIG names.
std::string check_apt_settings();

// What failed when the script ends with this status: "installing"; nullopt: it is none of ours.
std::optional<std::string> failed_part(int exit_code);
// What the suite has now could not be installed: so no upgrade can be tried.
inline constexpr int kOlderNotInstalled = 20;

}  // namespace hallmark
