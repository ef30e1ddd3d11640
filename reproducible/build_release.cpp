#include "reproducible/build_release.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>

#include "process/side_by_side.hpp"
#include "reproducible/build_board.hpp"
#include "reproducible/build_dependencies.hpp"
#include "reproducible/build_jobs.hpp"
#include "reproducible/build_source.hpp"
#include "reproducible/build_target.hpp"
#include "reproducible/build_times.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/environment_make.hpp"

namespace hallmark {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> names_of(const std::vector<Target>& targets) {
  std::vector<std::string> names;
  for (const Target& target : targets) names.push_back(target.directory_name());
  return names;
}

std::vector<StepTimes> last_times(const Layout& layout, const std::string& product,
                                  const std::vector<Target>& targets) {
  std::vector<StepTimes> times;
  for (const Target& target : targets) times.push_back(read_build_times(layout, product, target));
  return times;
}

std::string step_in(const Json& event) {
  const auto step = event.find("step");
  return step != event.end() && step->is_string() ? step->get<std::string>() : "";
}

// One request being answered.
class ReleaseBuilder {
 public:
  ReleaseBuilder(const BuildRequest& request, const Layout& layout, const Workspace& workspace,
                 int64_t now, const ProgressSink& progress)
      : request_(request),
        layout_(layout),
        workspace_(workspace.path()),
        now_(now),
        progress_(progress),
        store_(layout, request.lock_sha256, workspace_) {}

  Result<BuiltRelease> run() {
    for (const Target& target : request_.targets) {
      if (!store_.find(target)) HALLMARK_CHECK(plan(target));
    }
    if (!planned_.empty()) HALLMARK_CHECK(build_planned());
    BuiltRelease out;
    for (const Target& target : request_.targets) {
      const auto error = errors_.find(target);
      std::optional<StoredRecord> record;
      if (error == errors_.end()) record = store_.find(target);
      if (record) {
        out.records.push_back(std::move(*record));
      } else {
        out.failed.push_back({target, error == errors_.end() ? no_record(target) : error->second});
      }
    }
    return out;
  }

 private:
  struct Environment {
    std::string folder;
    Sha256Digest sha256;
  };

  // Makes what it shares with others, unless that is there. Without its environment a target fails;
  // without the source all do.
  Status plan(const Target& target) {
    HALLMARK_CHECK(share_sources());
    const std::string& name = target.environment;
    auto shared = environments_.find(name);
    if (shared == environments_.end()) {
      shared = environments_.emplace(name, make_environment(name)).first;
    }
    if (shared->second.ok()) {
      HALLMARK_CHECK(share_crates(shared->second->folder));
      planned_.push_back(target);
    } else {
      fail(target, shared->second.error());
    }
    return ok_status();
  }

  // Before any environment, which takes minutes: what was changed in quarantine is told at once.
  Status share_sources() {
    if (has_sources_) return ok_status();
    progress_({{"step", "source"}, {"note", request_.product.name}});
    HALLMARK_CHECK(prepare_source(request_.lock, request_.product, layout_, source_folder()));
    HALLMARK_CHECK(copy_dependencies(request_.lock, Quarantine(layout_.quarantine()),
                                     dependencies_folder(), dependencies_work()));
    has_sources_ = true;
    return ok_status();
  }

  // One registry for all targets: unpacking is the same in each of their environments.
  Status share_crates(const std::string& environment) {
    if (has_crates_) return ok_status();
    HALLMARK_CHECK(unpack_dependencies(request_.lock, request_.product, environment,
                                       dependencies_folder(), dependencies_work()));
    has_crates_ = true;
    return ok_status();
  }

  Result<Environment> make_environment(const std::string& name) const {
    const LockedEnvironment* locked = request_.lock.environment(name);
    if (locked == nullptr) return failed("environment " + name, "is not in the lock");
    const EnvironmentStore environments(layout_, request_.lock, request_.product, workspace_);
    progress_({{"step", "environment"}, {"note", name}});
    HALLMARK_TRY(const EnvironmentFile file, environments.get(*locked));
    HALLMARK_TRY(std::string folder, environments.unpacked(*locked, file));
    return Environment{std::move(folder), file.sha256};
  }

  Status build_planned() {
    const Clock::time_point began = Clock::now();
    const auto passed = [began] {
      return static_cast<uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count());
    };
    BuildBoard board(names_of(planned_), last_times(layout_, request_.product.name, planned_));
    const auto show = [&] { progress_(board.event(passed())); };
    SideBySideEvents events;
    events.began = [&](std::size_t index) { board.begin(index); };
    events.progress = [&](std::size_t index, const Json& event) {
      board.step(index, step_in(event), passed());
      show();
    };
    events.ended = [&](std::size_t index, const Status& outcome) {
      board.end(index, outcome.ok(), passed());
      settle(planned_[index], outcome, board.taken(index));
      show();
    };
    events.second_passed = show;
    const std::size_t jobs = request_.jobs == 0 ? suitable_jobs_here() : request_.jobs;
    return run_side_by_side(
        planned_.size(), jobs,
        [this](std::size_t index, const ProgressSink& progress) { return build(index, progress); },
        events);
  }

  // In a process of its own.
  Status build(std::size_t index, const ProgressSink& progress) const {
    const Target& target = planned_[index];
    const Environment& environment = *environments_.at(target.environment);
    const BuildJob job{request_.lock,      request_.product, target,
                       environment.folder, source_folder(),  dependencies_folder(),
                       workspace_,         logs_of(target),  index};
    HALLMARK_TRY(const BuildResult built, build_twice(job, progress));
    BuildRecord record;
    record.product = request_.lock.product;
    record.version = request_.lock.version;
    record.target = target;
    record.environment_sha256 = environment.sha256;
    record.evidence = Evidence::kReproduced;
    record.built_at = now_;
    record.variations = built.variations;
    HALLMARK_TRY(const StoredRecord stored, store_.keep(std::move(record), built.artefacts));
    static_cast<void>(stored);
    return ok_status();
  }

  void settle(const Target& target, const Status& outcome, const StepTimes& taken) {
    if (outcome.ok()) {
      keep_build_times(layout_, request_.product.name, target, taken);
    } else {
      fail(target, outcome.error());
    }
  }

  void fail(const Target& target, Error error) {
    const std::string name = target.directory_name();
    const std::string logs = logs_of(target);
    if (error.subject.find(name) == std::string::npos) error.subject = name + ": " + error.subject;
    std::error_code none;
    if (error.hint.find(logs) == std::string::npos && std::filesystem::exists(logs, none)) {
      error.hint += (error.hint.empty() ? "logs are in " : "; logs are in ") + logs;
    }
    errors_.emplace(target, std::move(error));
  }

  static Error no_record(const Target& target) {
    return failed(target.directory_name(),
                  "was built, but what was kept is not what its record says", "build it again");
  }

  std::string source_folder() const { return workspace_ + "/source"; }
  std::string dependencies_folder() const { return workspace_ + "/dependencies"; }
  std::string dependencies_work() const { return workspace_ + "/dependencies-work"; }
  std::string logs_of(const Target& target) const {
    return layout_.build() / "logs" / request_.lock_sha256.hex() / target.directory_name();
  }

  const BuildRequest& request_;
  const Layout& layout_;
  std::string workspace_;
  int64_t now_;
  const ProgressSink& progress_;
  BuildStore store_;
  std::map<std::string, Result<Environment>> environments_;
  bool has_sources_ = false;
  bool has_crates_ = false;
  std::vector<Target> planned_;
  std::map<Target, Error> errors_;
};

}  // namespace

Result<std::vector<NamedEnvironment>> make_environments(const BuildRequest& request,
                                                        const Layout& layout,
                                                        const ProgressSink& progress) {
  HALLMARK_TRY(const Workspace workspace, Workspace::create(layout.build() / "work"));
  const EnvironmentStore store(layout, request.lock, request.product, workspace.path());
  std::vector<NamedEnvironment> made;
  for (const LockedEnvironment& environment : request.lock.environments) {
    progress({{"step", "environment"}, {"note", environment.name}});
    HALLMARK_TRY(const EnvironmentFile file, store.get(environment));
    made.push_back({environment.name, file.sha256});
  }
  return made;
}

Result<BuiltRelease> build_release(const BuildRequest& request, const Layout& layout, int64_t now,
                                   const ProgressSink& progress) {
  HALLMARK_TRY(const Workspace workspace, Workspace::create(layout.build() / "work"));
  return ReleaseBuilder(request, layout, workspace, now, progress).run();
}

}  // namespace hallmark
