#include "reproducible/check_target.hpp"

#include <algorithm>

#include "core/utf8.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/check_script.hpp"
#include "reproducible/environment_make.hpp"
#include "reproducible/environment_pool.hpp"
#include "reproducible/environment_unpack.hpp"
#include "reproducible/sandbox.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kLinesShown = 12;
constexpr uint64_t kMaxRecord = uint64_t{1} << 20U;

Status write_text(const std::string& folder, const std::string& name, const std::string& text) {
  HALLMARK_TRY(const UniqueFd opened, open_dir(folder));
  return write_file_atomic(opened.get(), name, text, 0644);
}

// One request being answered.
class TargetChecker {
 public:
  TargetChecker(const BuildRequest& request, const Layout& layout, const std::string& workspace,
                const ProgressSink& progress)
      : request_(request),
        target_(request.targets.front()),
        layout_(layout),
        workspace_(workspace),
        progress_(progress) {}

  Result<CheckedTarget> run(std::span<const int> untrusted_debs) {
    for (const char* part : {"/new", "/suite/pool", "/locked"}) {
      HALLMARK_CHECK(make_dirs(shared() + part, 0755));
    }
    HALLMARK_TRY(const std::vector<DebPackage> debs,
                 take_packages(untrusted_debs, target_, shared() + "/new"));
    HALLMARK_TRY(const std::string in_suite, suite_packages(layout_, target_));
    CheckRecord record;
    for (const DebPackage& deb : debs) record.artefacts.push_back(deb.sha256);
    std::sort(record.artefacts.begin(), record.artefacts.end());
    record.packages = chosen_packages(debs, request_.product.check);
    HALLMARK_TRY(record.older, older_versions(in_suite, record.packages));
    if (auto earlier = find(record)) return CheckedTarget{std::move(*earlier), true};
    if (!record.packages.empty()) {
      HALLMARK_CHECK(write_text(shared() + "/suite", "Packages", in_suite));
      suite_has_packages_ = !in_suite.empty();
      HALLMARK_CHECK(try_out(record));
    }
    HALLMARK_CHECK(keep(record));
    return CheckedTarget{std::move(record), false};
  }

 private:
  std::string shared() const { return workspace_ + "/hallmark"; }  // /hallmark inside
  std::string logs() const {
    return layout_.build() / "logs" / request_.lock_sha256.hex() / target_.directory_name();
  }
  std::string kept_in() const { return layout_.build() / "out" / request_.lock_sha256.hex(); }
  std::string kept_name() const { return target_.directory_name() + ".checked"; }

  // A note that cannot be read counts as none.
  std::optional<CheckRecord> find(const CheckRecord& wanted) const {
    const auto text = read_file(kept_in() + "/" + kept_name(), kMaxRecord);
    if (!text.ok()) return std::nullopt;
    auto found = parse_check_record(*text, kept_name());
    if (!found.ok() || !covers(*found, wanted.artefacts, wanted.older)) return std::nullopt;
    return std::move(*found);
  }

  Status keep(const CheckRecord& record) const {
    HALLMARK_TRY(const std::string text, canonical_dump(to_json(record)));
    HALLMARK_CHECK(make_dirs(kept_in(), 0755));
    return write_text(kept_in(), kept_name(), text);
  }

  Status try_out(CheckRecord& record) {
    HALLMARK_CHECK(make_dirs(logs(), 0755));
    HALLMARK_CHECK(write_text(shared(), "apt.conf", check_apt_settings()));
    if (!request_.product.check.smoke.empty()) {
      HALLMARK_CHECK(write_text(shared(), "smoke", request_.product.check.smoke));
    }
    HALLMARK_CHECK(share_locked_packages());
    HALLMARK_TRY(const bool installed, run_one(CheckRun::kInstall, record));
    static_cast<void>(installed);
    if (record.older.empty()) return ok_status();
    HALLMARK_TRY(const bool upgraded, run_one(CheckRun::kUpgrade, record));
    if (!upgraded) {
      record.no_upgrade = "what the suite has now cannot be installed here: " + log_of("upgrade");
    }
    return ok_status();
  }

  // And what they make an empty machine of.
  Status share_locked_packages() {
    const LockedEnvironment& locked = *request_.lock.environment(target_.environment);
    const auto has_apt =
        std::any_of(locked.packages.begin(), locked.packages.end(),
                    [](const LockedPackage& package) { return package.name == "apt"; });
    if (!has_apt) {
      return failed("environment " + locked.name, "has no apt to check packages with",
                    "it was pinned by an older hallmark: pin it again");
    }
    const std::string pool = shared() + "/locked";
    HALLMARK_CHECK(fill_package_pool(locked, layout_.quarantine(), pool));
    HALLMARK_TRY(const std::string index, whole_packages_index(locked, pool));
    HALLMARK_CHECK(write_text(pool, "Packages", index));
    progress_({{"step", "environment"}, {"note", "an empty " + locked.name}});
    const EnvironmentStore environments(layout_, request_.lock, request_.product, workspace_);
    HALLMARK_TRY(basic_, environments.get_basic(locked, pool));
    return ok_status();
  }

  // False: what the suite has now could not be installed.
  Result<bool> run_one(CheckRun run, const CheckRecord& record) const {
    const std::string name = run == CheckRun::kInstall ? "install" : "upgrade";
    progress_({{"step", "check, " + name}, {"note", target_.directory_name()}});
    const std::string root = workspace_ + "/root-" + name;
    HALLMARK_CHECK(unpack_root(basic_.get(), root));
    Sandbox sandbox;
    sandbox.as_root = true;
    sandbox.environment = root;
    sandbox.binds = {{shared(), "/hallmark"}};
    if (suite_has_packages_) {
      sandbox.binds.push_back({layout_.tree() / "pool", "/hallmark/suite/pool"});
    }
    sandbox.hostname = "check";
    HALLMARK_TRY(sandbox.cpus, available_cpus());
    sandbox.variables = check_variables(record.packages, record.older, request_.lock.version);
    sandbox.command = {"/bin/sh", "-c", check_script(run)};
    sandbox.timeout = std::chrono::minutes(request_.product.check.minutes);
    sandbox.log = log_of(name);
    const Result<Outcome> outcome = run_in_sandbox(sandbox);
    if (!outcome.ok()) return not_ended(name, outcome.error());
    HALLMARK_CHECK(remove_tree(root));
    if (!outcome->out.starts_with(kCheckBegins)) return not_run(name, *outcome);
    if (outcome->exit_code == 0) return true;
    if (run == CheckRun::kUpgrade && outcome->exit_code == kOlderNotInstalled) return false;
    return does_not_pass(name, *outcome);
  }

  std::string log_of(const std::string& run) const { return logs() + "/check-" + run + ".log"; }
  std::string subject() const {
    return "check of " + request_.lock.product + " " + request_.lock.version + " for " +
           target_.directory_name();
  }

  // The sandbox itself may fail before anything of the packages is run: that says nothing of them.
  Error not_run(const std::string& run, const Outcome& outcome) const {
    return failed(subject(),
                  run + " could not be run: " + printable(last_lines(outcome.err, kLinesShown)),
                  "the packages are not what stopped it");
  }

  Error not_ended(const std::string& run, const Error& why) const {
    return verification_error(subject(), run + " " + why.cause, "its log is " + log_of(run));
  }

  Error does_not_pass(const std::string& run, const Outcome& outcome) const {
    const auto part = failed_part(outcome.exit_code);
    std::string hint = "the whole log is in " + log_of(run);
    if (outcome.out.find("unmet dependencies") != std::string::npos) {
      hint = "what they depend on comes from the suite, or from the environment " +
             target_.environment + ": the product file may add to its packages; " + hint;
    }
    return verification_error(
        subject(),
        (part ? *part + " failed"
              : run + " ended with status " + std::to_string(outcome.exit_code)) +
            ":\n" + printable(last_lines(outcome.out, kLinesShown)),
        hint);
  }

  const BuildRequest& request_;
  const Target& target_;
  const Layout& layout_;
  const std::string& workspace_;
  const ProgressSink& progress_;
  bool suite_has_packages_ = false;
  UniqueFd basic_;
};

}  // namespace

Result<CheckedTarget> check_target(const BuildRequest& request, std::span<const int> untrusted_debs,
                                   const Layout& layout, const ProgressSink& progress) {
  HALLMARK_TRY(const Workspace workspace, Workspace::create(layout.build() / "work"));
  return TargetChecker(request, layout, workspace.path(), progress).run(untrusted_debs);
}

}  // namespace hallmark
