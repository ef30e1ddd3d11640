#include <ctime>
#include <memory>
#include <optional>
#include <string_view>

#include "cli/approvals.hpp"
#include "cli/dry_run.hpp"
#include "cli/host_lock.hpp"
#include "cli/pending.hpp"
#include "cli/repository.hpp"
#include "cli/steps/step.hpp"
#include "cli/sync.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

using Clock = std::chrono::steady_clock;
using Step = std::function<Result<StepReport>(TerminalRoot&, const ReleaseName&)>;

std::chrono::milliseconds since(Clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
}

struct NamedStep {
  const char* name;
  Step run;
};

// Every step, in order. Each finds out by itself what is already done: that is all that resuming
// is.
std::vector<NamedStep> release_steps() {
  return {
      {"pin", [](auto& root, const auto& name) { return pin_release(root, name, false); }},
      {"approve", check_approvals},
      {"fetch", fetch_release},
      {"build", [](auto& root, const auto& name) { return build_release(root, name); }},
      {"check", check_packages},
      {"accept", accept_release},
      {"sign", sign_release},
      {"compose", compose_release},
      {"publish", [](auto& root, const auto&) { return publish_tree(root); }},
  };
}

// From here on no other terminal of the group is to sign and publish.
constexpr std::string_view kFirstLockedStep = "accept";

// What other terminals did until now is known before anything is signed.
Result<HostLockGuard> lock_and_catch_up(TerminalRoot& root, const LockOptions& options) {
  HALLMARK_TRY(HostLockGuard guard, HostLockGuard::take(root, options));
  root.catch_up_again();
  catch_up(root);
  return guard;
}

void tell_of_broken(const HostLockGuard& guard, Json& details) {
  if (!guard.broken().empty()) details["locks_broken"] = guard.broken();
}

Result<Json> release_one(CommandLine& line, TerminalRoot& root, const ReleaseName& release,
                         const LockOptions& lock) {
  const auto began = Clock::now();
  Json steps = Json::object();
  std::optional<HostLockGuard> guard;
  for (const NamedStep& step : release_steps()) {
    if (step.name == kFirstLockedStep) {
      HALLMARK_TRY(HostLockGuard taken, lock_and_catch_up(root, lock));
      guard.emplace(std::move(taken));
    }
    const auto step_began = Clock::now();
    HALLMARK_TRY(const StepReport report, step.run(root, release));
    line.screen.step(step.name, report.summary, since(step_began));
    steps[step.name] = report.details;
  }
  HALLMARK_CHECK(note_done(root, release));
  if (!line.screen.json()) {
    line.screen.answer({}, release.text() + " is released (" + human_time(since(began)) + ")");
  }
  Json done{{"product", release.product}, {"version", release.version}, {"steps", steps}};
  tell_of_broken(*guard, done);
  return done;
}

Status run_release(CommandLine& line, const ReleaseName& release, const LockOptions& lock) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  catch_up(root);
  HALLMARK_TRY(const Json done, release_one(line, root, release, lock));
  line.screen.answer(done, "");
  return ok_status();
}

Status run_dry(CommandLine& line, const ReleaseName& release) {
  HALLMARK_TRY(const StepReport report, dry_run(line.root, release, line.screen));
  line.screen.answer(report.details, report.summary);
  return ok_status();
}

Json to_json(const std::vector<PendingReleases::Other>& others) {
  Json out = Json::array();
  for (const PendingReleases::Other& one : others) {
    out.push_back({{"product", one.release.product},
                   {"version", one.release.version},
                   {"cause", one.cause.message()}});
  }
  return out;
}

// The last trouble is the command's; those before it are told of at once.
void add_trouble(const Screen& screen, std::optional<Error>& trouble, const Error& error) {
  if (trouble) screen.error(*trouble);
  trouble = error;
}

// Everything that is approved and not yet done. One release's trouble does not keep the others.
Status run_pending(CommandLine& line, const std::string& product, const LockOptions& lock) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  catch_up(root);
  HALLMARK_TRY(const PendingReleases pending, pending_releases(root, product));
  for (const PendingReleases::Other& one : pending.waiting) {
    line.screen.note(one.release.text() + " waits: " + one.cause.cause);
  }
  std::optional<Error> trouble;
  for (const PendingReleases::Other& one : pending.wrong) {
    add_trouble(line.screen, trouble, one.cause);
  }
  Json released = Json::array();
  for (const ReleaseName& release : pending.ready) {
    line.screen.note(release.text() + ":");
    Result<Json> done = release_one(line, root, release, lock);
    if (done.ok()) {
      released.push_back(std::move(*done));
    } else {
      add_trouble(line.screen, trouble, done.error());
    }
  }
  line.screen.answer(Json{{"released", released}, {"waiting", to_json(pending.waiting)}},
                     pending.ready.empty() ? "nothing that is approved is left to release" : "");
  if (trouble) return *trouble;
  return ok_status();
}

Status run_step_on(TerminalRoot& root, const ReleaseName& release, const char* name,
                   const Step& step) {
  const auto began = Clock::now();
  HALLMARK_TRY(const StepReport report, step(root, release));
  const Screen& screen = root.screen();
  if (!screen.json()) screen.step(name, report.summary, since(began));
  screen.answer(report.details, "");
  return ok_status();
}

Status run_step(CommandLine& line, const ReleaseName& release, const char* name, const Step& step) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  return run_step_on(root, release, name, step);
}

Status run_approve(CommandLine& line, const ReleaseName& release,
                   const ReleaseApproveOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open_or_clone(line.root, line.screen));
  return run_step_on(root, release, "approve", [&](TerminalRoot& opened, const ReleaseName& name) {
    return approve_release(opened, name, options);
  });
}

Result<StepReport> publish_alone(TerminalRoot& root, const LockOptions& options,
                                 const std::string& changes) {
  HALLMARK_TRY(const HostLockGuard guard, lock_and_catch_up(root, options));
  HALLMARK_TRY(StepReport report, publish_tree(root, changes));
  tell_of_broken(guard, report.details);
  return report;
}

std::shared_ptr<LockOptions> add_lock_options(CLI::App* verb) {
  auto options = std::make_shared<LockOptions>();
  CLI::Option* wait = verb->add_flag(
      "--wait", options->wait, "where another terminal has the package hosts: wait, up to an hour");
  verb->add_flag("--break-lock", options->break_it,
                 "take the package hosts from a terminal that will not come back")
      ->excludes(wait);
  return options;
}

void add_names(CLI::App* verb, const std::shared_ptr<ReleaseName>& name) {
  verb->add_option("PRODUCT", name->product, "a file of releases/products, without .json")
      ->required();
  verb->add_option("VERSION", name->version, "the version to release")->required();
}

void add_step(CLI::App& app, CommandLine& line, const char* name, const char* summary,
              const Step& step) {
  auto release = std::make_shared<ReleaseName>();
  CLI::App* verb = app.add_subcommand(name, summary);
  add_names(verb, release);
  verb->callback([&line, release, name, step] {
    line.run = [&line, release, name, step] { return run_step(line, *release, name, step); };
  });
}

void add_build(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  auto options = std::make_shared<BuildOptions>();
  CLI::App* verb =
      app.add_subcommand("build", "Build each target twice, sealed and varied, and compare");
  add_names(verb, release);
  verb->add_option("--jobs", options->jobs,
                   "how many targets at a time; without it one for every two processors that has "
                   "4 GiB of available memory")
      ->check(CLI::Range(1, 64));
  verb->add_option("--only", options->only, "one target: SUITE_COMPONENT_ARCHITECTURE_ENVIRONMENT");
  verb->footer(
      "Examples:\n  hallmark build figlet 2.2.5-3\n  hallmark build figlet 2.2.5-3 --jobs 4\n"
      "  hallmark build figlet 2.2.5-3 --only stable_main_amd64_bookworm\n\n"
      "What was built before is not built again. A target that fails stops none of the others.");
  verb->callback([&line, release, options] {
    line.run = [&line, release, options] {
      return run_step(line, *release, "build",
                      [options](TerminalRoot& root, const ReleaseName& name) {
                        return build_release(root, name, *options);
                      });
    };
  });
}

void add_check(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  CLI::App* verb = app.add_subcommand(
      "check", "Install the release's packages, upgrade to them and remove them");
  add_names(verb, release);
  verb->footer(
      "Example:\n  hallmark check figlet 2.2.5-3\n\n"
      "Stock apt does it in a sealed sandbox, per target, from what was built, what the suite has "
      "and\n"
      "the packages of the target's environment; the product file's smoke script runs in between.\n"
      "What was checked before is not checked again. Exits 3 when the packages do not pass.");
  verb->callback([&line, release] {
    line.run = [&line, release] { return run_step(line, *release, "check", check_packages); };
  });
}

void add_accept(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  auto folder = std::make_shared<std::string>();
  CLI::App* verb =
      app.add_subcommand("accept", "Have the signer judge lock, approvals and artefacts");
  add_names(verb, release);
  verb->add_option("--artefacts", *folder,
                   "a folder with what enough rebuilders got, for targets that are not built here");
  verb->footer(
      "Examples:\n  hallmark accept figlet 2.2.5-3\n"
      "  hallmark accept figlet 2.2.5-3 --artefacts /media/usb\n\n"
      "What --artefacts found is taken by the steps after it, too.");
  verb->callback([&line, release, folder] {
    line.run = [&line, release, folder] {
      return run_step(line, *release, "accept", [folder](TerminalRoot& root, const auto& name) {
        return folder->empty() ? accept_release(root, name) : accept_rebuilt(root, name, *folder);
      });
    };
  });
}

void add_approve(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  auto options = std::make_shared<ReleaseApproveOptions>();
  CLI::App* verb =
      app.add_subcommand("approve", "Sign the approval of a release with your SSH key");
  add_names(verb, release);
  verb->add_option("--key", options->approve.key,
                   "SSH private key, or a public key whose agent has the other half")
      ->required();
  verb->add_option("--valid-days", options->approve.valid_days, "how long a new statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  verb->add_flag("--offline", options->offline,
                 "in a clone: do not ask the source's origin whether its tag was moved");
  verb->footer(
      "Examples:\n  hallmark approve figlet 2.2.5-3 --key ~/.ssh/id_ed25519\n"
      "  hallmark --root ~/releases approve figlet 2.2.5-3 --key ~/.ssh/id_ed25519\n\n"
      "The second is on a machine of your own: ~/releases is a clone of the releases repository.\n"
      "Commit and push the signature that it writes.\n\n"
      "The statement is text; signing it with ssh-keygen alone does the same:\n"
      "  ssh-keygen -Y sign -n hallmark-approval@v1 -f KEY "
      "releases/approvals/PRODUCT/VERSION/statement");
  verb->callback([&line, release, options] {
    line.run = [&line, release, options] {
      options->approve.now = std::time(nullptr);
      return run_approve(line, *release, *options);
    };
  });
}

void add_publish(CLI::App& app, CommandLine& line) {
  CLI::App* verb = app.add_subcommand(
      "publish", "Upload what the package hosts lack, then download and compare what they serve");
  const auto lock = add_lock_options(verb);
  auto changes = std::make_shared<std::string>();
  verb->add_option("--emit-changes", *changes,
                   "then add what changed to this file, JSON lines, for copying it to a bucket");
  verb->footer("Example:\n  hallmark publish");
  verb->callback([&line, lock, changes] {
    line.run = [&line, lock, changes] {
      return run_step(line, {}, "publish", [lock, changes](TerminalRoot& root, const ReleaseName&) {
        return publish_alone(root, *lock, *changes);
      });
    };
  });
}

void add_refresh(CLI::App& app, CommandLine& line) {
  auto suites = std::make_shared<std::vector<std::string>>();
  CLI::App* verb = app.add_subcommand(
      "refresh", "Sign the newest Release of suites again, with a new Date and Valid-Until");
  verb->add_option("SUITE", *suites, "which suites; without any, all of them");
  verb->footer(
      "Example:\n  hallmark refresh && hallmark publish\n\n"
      "For the time between releases: clients refuse a Release whose Valid-Until is over. Needs "
      "no\n"
      "approval, since nothing changes but the dates.");
  verb->callback([&line, suites] {
    line.run = [&line, suites] {
      return run_step(line, {}, "refresh", [suites](TerminalRoot& root, const ReleaseName&) {
        return refresh_suites(root, *suites);
      });
    };
  });
}

void add_release(CLI::App& app, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  CLI::App* verb =
      app.add_subcommand("release", "Do every step that is not done yet, from pin to publish");
  verb->add_option("PRODUCT", release->product, "a file of releases/products, without .json");
  verb->add_option("VERSION", release->version,
                   "the version to release; without it, all that is approved and not yet done");
  const auto lock = add_lock_options(verb);
  auto dry = std::make_shared<bool>(false);
  verb->add_flag("--dry-run", *dry,
                 "fetch, build and check, here or in a clone of the releases repository; no key is "
                 "used, nothing is signed or pushed")
      ->excludes("--wait", "--break-lock");
  verb->footer(
      "Examples:\n  hallmark release figlet 2.2.5-3\n  hallmark release\n"
      "  hallmark --root ~/releases release figlet 2.2.5-3 --dry-run\n\n"
      "Safe to run again at any time: it goes on where it stopped. The last is for a laptop or "
      "CI:\n"
      "~/releases is a clone of the releases repository, the user an ordinary one with "
      "subordinate\n"
      "ids (subuid(5)). It works in ~/.cache/hallmark.");
  verb->callback([&line, release, lock, dry, verb] {
    // A name that is given and empty, an unset variable in a script say, is not "all of them".
    const std::size_t given = verb->count("PRODUCT") + verb->count("VERSION");
    line.run = [&line, release, lock, dry, given]() -> Status {
      if ((given > 0 && release->product.empty()) || (given > 1 && release->version.empty())) {
        return usage_error("release", "has an empty name", "hallmark release --help");
      }
      if (*dry) {
        if (given > 1) return run_dry(line, *release);
        return usage_error("--dry-run", "is of one PRODUCT and VERSION", "hallmark release --help");
      }
      return given > 1 ? run_release(line, *release, *lock)
                       : run_pending(line, release->product, *lock);
    };
  });
}

}  // namespace

void add_release_verbs(CLI::App& app, CommandLine& line) {
  add_release(app, line);
  add_refresh(app, line);
  add_approve(app, line);
  add_step(app, line, "fetch", "Download what is pinned, by hash, into quarantine", fetch_release);
  add_build(app, line);
  add_check(app, line);
  add_accept(app, line);
  add_step(app, line, "sign", "Have the signer sign the release's APKs", sign_release);
  add_step(app, line, "compose", "Put the release into the repository and sign its suites",
           compose_release);
  add_publish(app, line);
}

}  // namespace hallmark
