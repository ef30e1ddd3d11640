// What most verbs are: the terminal is opened, one thing is done, and what came of it is said.
#pragma once

#include <functional>

#include "cli/approval_options.hpp"
#include "cli/steps/step.hpp"
#include "cli/verbs.hpp"

namespace hallmark {

using TerminalWork = std::function<Result<StepReport>(TerminalRoot&)>;

Status run_on_terminal(CommandLine& line, const TerminalWork& work);
// The same for what is done with files alone: a clone of the releases repository will do.
Status run_on_terminal_or_clone(CommandLine& line, const TerminalWork& work);
// For verbs that can be told to do nothing but approve, which is done with files alone.
Status run_approval(CommandLine& line, const ApprovalOptions& options, const TerminalWork& work);

}  // namespace hallmark
