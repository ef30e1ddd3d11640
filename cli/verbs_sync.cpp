// sync.
#include "cli/run_on_terminal.hpp"
#include "cli/sync.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_sync(CommandLine& line) {
  return run_on_terminal(line, [&](TerminalRoot& root) { return sync_terminal(root); });
}

}  // namespace

void add_sync_verb(CLI::App& app, CommandLine& line) {
  CLI::App* verb = app.add_subcommand("sync", "Take over what the group's other terminals did");
  verb->footer(
      "Example:\n  hallmark sync\n\n"
      "Reads the other terminals' release logs from the package hosts and has the signer judge "
      "again "
      "what\nthey tell of. The verbs that sign do so first, too.");
  verb->callback([&line] { line.run = [&line] { return run_sync(line); }; });
}

}  // namespace hallmark
