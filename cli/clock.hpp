// The signer's clock, and the approval that lets it go by a time that it refused.
//
// The statement and its signatures are in releases/clock/TERMINAL/.
#pragma once

#include <string>

#include "cli/approval_files.hpp"
#include "cli/steps/step.hpp"
#include "cli/terminal_root.hpp"

namespace hallmark {

Result<StepReport> show_clock(TerminalRoot& root);

struct ClockApproval {
  ApproveOptions approve;
  int64_t time = 0;  // seconds since 1970
};
// Writes the statement that this time takes the place of the signer's floor, and signs it. A
// statement of the same floor that is still good stays, whatever its time.
Result<StepReport> approve_clock(TerminalRoot& root, const ClockApproval& options);

// Has the signer judge what was approved.
Result<StepReport> jump_clock(TerminalRoot& root);

}  // namespace hallmark
