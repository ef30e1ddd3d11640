// What the releases repository holds for approvers who work on a clone of it: policy.json, a copy
// of the policy in force, and terminal-group, the name that approvals give the terminals.
//
// Neither is trusted: a statement that names another policy, or another group, is good for nothing
// in this one.
#pragma once

#include "cli/terminal_root.hpp"

namespace hallmark {

// Brings both up to date, or warns: nothing that a terminal does depends on them. Nothing before it
// has joined its group.
void share_policy(const TerminalRoot& root);

}  // namespace hallmark
