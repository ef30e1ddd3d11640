// What the releases repository holds for approvers who work on a clone of it: policy.json, a copy
// of the policy in force, and terminal-group, the name that approvals give the terminals.
//
// Neither is trusted: a statement that names another policy or group is good for nothing.
#pragma once

#include "cli/terminal_root.hpp"

namespace hallmark {

// Brings both up to date. Nothing before the terminal has joined its group.
Status share_policy(const TerminalRoot& root);

}  // namespace hallmark
