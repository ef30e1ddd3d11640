#include <ctime>
#include <memory>

#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"
#include "cli/withdraw.hpp"

namespace hallmark {
namespace {

Status run_withdraw(CommandLine& line, const ReleaseName& release, const WithdrawOptions& options) {
  return run_approval(line, options.approval,
                      [&](TerminalRoot& root) { return withdraw_release(root, release, options); });
}

}  // namespace

void add_withdraw_verb(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  auto options = std::make_shared<WithdrawOptions>();
  CLI::App* verb = app.add_subcommand("withdraw", "Call a release back");
  verb->add_option("PRODUCT", release->product, "a product that was released")->required();
  verb->add_option("VERSION", release->version, "the version to call back")->required();
  verb->add_option("--suite", options->suite, "from this suite alone (default: from every suite)");
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Example:\n  hallmark withdraw figlet 2.2.5-3 --key ~/.ssh/id_ed25519\n\n"
      "One approver is enough while the release is young; later it takes as many as a release.");
  verb->callback([&line, release, options] {
    line.run = [&line, release, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_withdraw(line, *release, *options);
    };
  });
}

}  // namespace hallmark
