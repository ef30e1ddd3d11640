#include "cli/run_on_terminal.hpp"

#include "cli/terminal_root.hpp"

namespace hallmark {

Status run_on_terminal(CommandLine& line,
                       const std::function<Result<StepReport>(TerminalRoot&)>& work) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const StepReport report, work(root));
  line.screen.answer(report.details, report.summary);
  return ok_status();
}

}  // namespace hallmark
