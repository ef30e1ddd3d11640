// `hallmark terminal enrol`: the first policy of a terminal that joins a group, by its digest,
// which comes from people.
#pragma once

#include <string>

#include "cli/steps/step.hpp"
#include "cli/terminal_root.hpp"
#include "core/digest.hpp"

namespace hallmark {

struct EnrolOptions {
  std::string folder;     // as invite_terminal writes it; empty: no terminal is left to write one
  Sha256Digest expected;  // of the policy that names this terminal
};

// Has the signer take that policy as its first. May be run again.
//
// Without a folder everything comes from the releases repository: the policy that the lost
// terminals worked by, the proposal to add this one to it, with its approvals, and the public keys.
Result<StepReport> enrol_terminal(TerminalRoot& root, const EnrolOptions& options);

}  // namespace hallmark
