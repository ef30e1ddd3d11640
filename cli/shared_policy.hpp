// What the releases repository holds of the terminals: policy.json, a copy of the policy in force,
// and terminal-group, the name that approvals give the terminals, for approvers who work on a clone
// of it; keys/, the public keys that the policy names, for a terminal that takes over when all were
// lost.
//
// Terminals do not work by any of it: a statement that names another policy, or another group, is
// good for nothing in this one. A terminal that takes over does start from this policy.json; people
// have to compare it with the lost terminal's log before (docs/cli.md).
#pragma once

#include "cli/terminal_root.hpp"

namespace hallmark {

// Brings all of it up to date, or warns: nothing that a terminal does depends on them. Nothing
// before it has joined its group, nor on a clone.
void share_policy(const TerminalRoot& root);

// The files in public/, and in a folder for a terminal that joins, that hold the policy's keys:
// archive-keyring.asc and apk-NAME.der.
inline constexpr const char* kKeyringFile = "archive-keyring.asc";
std::string certificate_file(const ApkKeyPolicy& key);
// What is there already, and the same, is left alone.
Status copy_public_keys(const TerminalRoot& root, const Policy& policy, int folder);

}  // namespace hallmark
