// What the package hosts serve as the signed index of a suite, for the signer: before it signs the
// next one it refuses if that is a Release which no terminal of the group knows.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal_root.hpp"

namespace hallmark {

// Of what addresses serve, each different text once, if it may be a Release of the suite.
// `troubles` gets a line for each address that shows none.
std::vector<std::string> releases_of_suite(const Json& untrusted_releases, const std::string& suite,
                                           std::vector<std::string>& troubles);

// Asked of every address where the policy names several terminals; else none.
Result<std::vector<std::string>> served_releases(TerminalRoot& root, const std::string& suite);

}  // namespace hallmark
