// hallmark pin: source and build environment become a lock, and what is new in it is told.
#include <chrono>
#include <memory>

#include "cli/last_release.hpp"
#include "cli/review/release_review.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct PinOptions {
  ReleaseName release;
  bool renew = false;
  bool diff = false;
};

Status run_pin(CommandLine& line, const PinOptions& options) {
  using Clock = std::chrono::steady_clock;
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  const auto began = Clock::now();
  HALLMARK_TRY(StepReport report, pin_release(root, options.release, options.renew));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  if (!line.screen.json()) line.screen.step("pin", report.summary, took);
  std::string text;
  if (options.diff) {
    HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, options.release));
    HALLMARK_TRY(const SinceLast last, changes_since_last(root, options.release, files));
    report.details["since"] = last.version;
    report.details["since_released"] = last.released;
    report.details["changes"] = to_json(last.changes);
    text = last.heading() + (last.version.empty() ? "\n" : ":\n" + review_text({lock_part(last)}));
  }
  line.screen.answer(report.details, text);
  return ok_status();
}

}  // namespace

void add_pin_verb(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<PinOptions>();
  CLI::App* verb = app.add_subcommand("pin", "Resolve source and build environment to a lock file");
  verb->add_option("PRODUCT", options->release.product,
                   "a file of releases/products, without .json")
      ->required();
  verb->add_option("VERSION", options->release.version, "the version to release")->required();
  verb->add_flag("--renew", options->renew,
                 "replace the lock that exists (its approvals lose their force)");
  verb->add_flag("--diff", options->diff, "say what is new in the lock since the last release");
  verb->footer(
      "Examples:\n  hallmark pin figlet 2.2.5-3\n  hallmark pin --diff figlet 2.2.5-3\n\n"
      "Writes releases/products/PRODUCT/VERSION.lock.json: everything that the build reads, by "
      "hash.\n"
      "With --diff: source, signers and archives that changed; packages of the build environment\n"
      "that come, go, rise or fall. A line with '!' is worth a second look.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_pin(line, *options); }; });
}

}  // namespace hallmark
