// What most verbs are: the terminal is opened, one thing is done, and what came of it is said.
#pragma once

#include <functional>

#include "cli/steps/step.hpp"
#include "cli/verbs.hpp"

namespace hallmark {

Status run_on_terminal(CommandLine& line,
                       const std::function<Result<StepReport>(TerminalRoot&)>& work);

}  // namespace hallmark
