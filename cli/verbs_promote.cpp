#include <ctime>
#include <memory>

#include "cli/promote.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_promote(CommandLine& line, const PromoteOptions& options) {
  return run_on_terminal(line, [&](TerminalRoot& root) { return promote_release(root, options); });
}

}  // namespace

void add_promote_verb(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<PromoteOptions>();
  CLI::App* verb = app.add_subcommand("promote", "Take what a suite has of a release to another");
  verb->add_option("PRODUCT", options->release.product, "a product that was released")->required();
  verb->add_option("VERSION", options->release.version, "the version to promote")->required();
  verb->add_option("FROM", options->from, "the suite that has it")->required();
  verb->add_option("TO", options->to, "the suite that it goes to")->required();
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Example:\n  hallmark promote figlet 2.2.5-3 candidates stable --key ~/.ssh/id_ed25519\n\n"
      "The same bytes, by approval alone: nothing is built again. It takes as many people as a\n"
      "release into that suite. Safe to run again at any time.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_promote(line, *options);
    };
  });
}

}  // namespace hallmark
