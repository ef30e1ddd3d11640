// sync.
#include <memory>

#include "cli/run_on_terminal.hpp"
#include "cli/sync.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_sync(CommandLine& line, const std::string& from) {
  return run_on_terminal(line, [&](TerminalRoot& root) { return sync_terminal(root, from); });
}

}  // namespace

void add_sync_verb(CLI::App& app, CommandLine& line) {
  CLI::App* verb = app.add_subcommand("sync", "Take over what the group's other terminals did");
  auto from = std::make_shared<std::string>();
  verb->add_option("--from", *from,
                   "Folder with files that the hosts do not serve, found by their digests");
  verb->footer(
      "Example:\n  hallmark sync\n\n"
      "Reads the other terminals' release logs from the package hosts and has the signer judge "
      "again "
      "what\nthey tell of. The verbs that sign do so first, too.");
  verb->callback([&line, from] { line.run = [&line, from] { return run_sync(line, *from); }; });
}

}  // namespace hallmark
