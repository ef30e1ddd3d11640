// hallmark pin: source and build environment become a lock, and what is new in it is told; or what
// is newer than it.
#include <chrono>
#include <memory>

#include "cli/last_release.hpp"
#include "cli/review/release_review.hpp"
#include "cli/updates.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct PinOptions {
  ReleaseName release;
  bool renew = false;
  bool diff = false;
};

struct PinArguments {
  std::vector<std::string> names;  // product and version; with --updates products
  bool updates = false;
  bool check = false;
  PinOptions pin;
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

Status run_updates(CommandLine& line, const PinArguments& arguments) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  return tell_updates(root, arguments.names, arguments.check);
}

Status run(CommandLine& line, PinArguments& arguments) {
  if (arguments.updates) return run_updates(line, arguments);
  if (arguments.names.size() != 2) {
    return usage_error("pin", "needs a product and a version", "hallmark pin --help");
  }
  arguments.pin.release = {arguments.names[0], arguments.names[1]};
  return run_pin(line, arguments.pin);
}

}  // namespace

void add_pin_verb(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<PinArguments>();
  CLI::App* verb = app.add_subcommand("pin", "Resolve source and build environment to a lock file");
  verb->add_option("NAME", options->names,
                   "PRODUCT, a file of releases/products without .json, and the VERSION to "
                   "release; with --updates products, or none for all");
  CLI::Option* renew =
      verb->add_flag("--renew", options->pin.renew,
                     "replace the lock that exists (its approvals lose their force)");
  CLI::Option* diff = verb->add_flag("--diff", options->pin.diff,
                                     "say what is new in the lock since the last release");
  CLI::Option* updates =
      verb->add_flag("--updates", options->updates,
                     "pin nothing: say what is pinned and to be had in a newer version")
          ->excludes(renew)
          ->excludes(diff);
  verb->add_flag("--check", options->check,
                 "with --updates: exit with 1 if there is something newer, for monitoring")
      ->needs(updates);
  verb->footer(
      "Examples:\n  hallmark pin figlet 2.2.5-3\n  hallmark pin --diff figlet 2.2.5-3\n"
      "  hallmark pin --updates\n  hallmark pin --updates figlet --check\n\n"
      "Writes releases/products/PRODUCT/VERSION.lock.json: everything that the build reads, by "
      "hash.\n"
      "With --diff: source, signers and archives that changed; packages of the build environment\n"
      "that come, go, rise or fall. A line with '!' is worth a second look.\n"
      "With --updates: of each product's highest pinned version, security updates first. No lock "
      "is\n"
      "changed.");
  verb->callback([&line, options] { line.run = [&line, options] { return run(line, *options); }; });
}

}  // namespace hallmark
