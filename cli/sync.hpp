// `hallmark sync`: what the group's other terminals did, from what the package hosts serve, and
// from nothing else. Does nothing on a terminal that is alone.
//
// In this order: the other logs to the signer, what they tell of judged again by it, the repository
// brought to what the signer now says. Killed at any instant it goes on from there when it is run
// again: the signer knows what it adopted, and a mark in the state folder that the repository may
// be behind.
#pragma once

#include "cli/steps/step.hpp"

namespace hallmark {

// kRemote: a sibling's log could not be had anywhere. What could be had is adopted all the same.
// `from`: a folder with files that hosts do not serve, or empty.
Result<StepReport> sync_terminal(TerminalRoot& root, const std::string& from = "");

// The same before something is signed, once for a command: trouble is warned of, because the signer
// decides by itself whether it knows enough.
void catch_up(TerminalRoot& root);

// Each sibling, as the signer knows it: {"siblings": [...]}, and in words.
Result<StepReport> list_terminals(TerminalRoot& root);

// One line of a sibling in the signer's answers.
std::string sibling_in_words(const Json& untrusted_sibling);

// Makes ROOT/policy.json what the signer works from.
Status write_policy_in_force(TerminalRoot& root);

}  // namespace hallmark
