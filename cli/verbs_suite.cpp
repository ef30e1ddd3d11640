#include <ctime>
#include <memory>

#include "cli/run_on_terminal.hpp"
#include "cli/suite_add.hpp"
#include "cli/verbs.hpp"

namespace hallmark {

void add_suite_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* suite = app.add_subcommand("suite", "Suites of the repository");
  suite->require_subcommand(1);
  auto options = std::make_shared<SuiteAddOptions>();
  CLI::App* add =
      suite->add_subcommand("add", "Propose a suite like another, and draft its products");
  add->add_option("NEW", options->draft.name, "the new suite's name")->required();
  add->add_option("--like", options->draft.like, "the suite that it is to be like")->required();
  add->add_option("--codename", options->draft.codename, "its codename; NEW without it");
  add->add_option("--environment", options->draft.environment,
                  "the Debian suite that products are built for there; as in the other without it");
  add->add_option("--valid-days", options->approve.valid_days, "how long the statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  add->footer("Example:\n  hallmark suite add trixie --like bookworm --environment trixie");
  add->callback([&line, options] {
    line.run = [&line, options] {
      options->approve.now = std::time(nullptr);
      return run_on_terminal_or_clone(
          line, [&](TerminalRoot& root) { return add_suite(root, *options); });
    };
  });
}

}  // namespace hallmark
