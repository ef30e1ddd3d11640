#include <ctime>
#include <memory>

#include "cli/rollout.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {

void add_rollout_verb(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<RolloutOptions>();
  CLI::App* verb = app.add_subcommand("rollout", "Say how many machines take a new version");
  verb->add_option("PRODUCT", options->product, "a product that was released")->required();
  verb->add_option("SHARE", options->share, "of the machines that have it: 25%, 100%, or halt")
      ->required();
  verb->add_option("--suite", options->suite, "in this suite (default: the only one that has it)");
  verb->add_option("--version", options->version, "of this version (default: the highest)");
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Examples:\n  hallmark rollout figlet 25% --key ~/.ssh/id_ed25519\n"
      "  hallmark rollout figlet halt --key ~/.ssh/id_ed25519\n\n"
      "Less takes one approver, halt too; more takes as many as a release. apt leaves the old\n"
      "version on the other machines; who installs the package anew gets the new one. A product\n"
      "file may say with which share its releases begin: \"rollout\": 10.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_on_terminal(line, [&](TerminalRoot& root) { return roll_out(root, *options); });
    };
  });
}

}  // namespace hallmark
