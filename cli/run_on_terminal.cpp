#include "cli/run_on_terminal.hpp"

#include "cli/terminal_root.hpp"

namespace hallmark {

namespace {

Status run_on(TerminalRoot& root, const TerminalWork& work) {
  HALLMARK_TRY(const StepReport report, work(root));
  root.screen().answer(report.details, report.summary);
  return ok_status();
}

}  // namespace

Status run_on_terminal(CommandLine& line, const TerminalWork& work) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  return run_on(root, work);
}

Status run_on_terminal_or_clone(CommandLine& line, const TerminalWork& work) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open_or_clone(line.root, line.screen));
  return run_on(root, work);
}

Status run_approval(CommandLine& line, const ApprovalOptions& options, const TerminalWork& work) {
  return options.approve_only ? run_on_terminal_or_clone(line, work) : run_on_terminal(line, work);
}

}  // namespace hallmark
