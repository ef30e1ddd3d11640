#include <ctime>
#include <memory>

#include "cli/clock.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct ApproveArguments {
  ClockApproval options;
  std::string time;  // UTC; empty: now
};

Status run_approve(CommandLine& line, const ApproveArguments& arguments) {
  ClockApproval options = arguments.options;
  options.approve.now = std::time(nullptr);
  options.time = options.approve.now;
  if (!arguments.time.empty()) {
    const Result<int64_t> time = parse_utc(arguments.time);
    if (!time.ok()) return usage_error("--time", time.error().message(), "2026-11-21T10:00:00Z");
    options.time = *time;
  }
  return run_on_terminal(line, [&](TerminalRoot& root) { return approve_clock(root, options); });
}

void add_approve(CLI::App& clock, CommandLine& line) {
  auto arguments = std::make_shared<ApproveArguments>();
  CLI::App* verb = clock.add_subcommand("approve", "Approve of a time that the signer refuses");
  verb->add_option("--key", arguments->options.approve.key,
                   "SSH private key, or a public key whose agent has the other half")
      ->required();
  verb->add_option("--time", arguments->time, "the right time, in UTC (default: this clock's)");
  verb->add_option("--valid-days", arguments->options.approve.valid_days,
                   "how long a new statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  verb->footer("Example:\n  hallmark clock approve --key ~/.ssh/id_ed25519");
  verb->callback([&line, arguments] {
    line.run = [&line, arguments] { return run_approve(line, *arguments); };
  });
}

}  // namespace

void add_clock_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* clock =
      app.add_subcommand("clock", "The signer's clock, and what to do when it jumped");
  clock->require_subcommand(1);
  CLI::App* show = clock->add_subcommand("show", "What the clock says, and when the signer acted");
  show->footer("Example:\n  hallmark clock show --json");
  show->callback([&line] { line.run = [&line] { return run_on_terminal(line, show_clock); }; });
  add_approve(*clock, line);
  CLI::App* jump = clock->add_subcommand("jump", "Have the signer go by the approved time");
  jump->footer("Example:\n  hallmark clock jump");
  jump->callback([&line] { line.run = [&line] { return run_on_terminal(line, jump_clock); }; });
}

}  // namespace hallmark
