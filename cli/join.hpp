// `hallmark init --join` and `terminal invite`: one more terminal for a group that has its keys and
// its policy already.
//
// The new one makes what must be its own, the key of its release log and that for publishing; the
// group approves a policy that names the former; the signing keys come from their backup, and the
// policy from another terminal, by its digest (cli/enrol.hpp).
#pragma once

#include <string>
#include <vector>

#include "cli/init.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

struct JoiningKeys {
  std::string log;  // OpenSSH lines
  std::string publishing;
};

// Makes the terminal's folder, without a policy. Of the options root, demo, name, group and hosts
// count.
Result<JoiningKeys> join_group(const InitOptions& options, Screen& screen);

// What a terminal that joins needs of this one, all of it public, into a new folder: policy.json,
// archive-keyring.asc, apk-NAME.der.
Result<StepReport> invite_terminal(TerminalRoot& root, const std::string& folder);

}  // namespace hallmark
