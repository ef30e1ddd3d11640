// What has left a suite because newer versions took its place: the signer says so, by the policy's
// "keep_versions", and the repository follows.
#pragma once

#include "cli/terminal_root.hpp"

namespace hallmark {

// Takes it out of the repository, and says what left.
Status follow_retired(TerminalRoot& root);

}  // namespace hallmark
