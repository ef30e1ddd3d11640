#include "reproducible/build_release.hpp"

#include <map>
#include <optional>

#include "reproducible/build_source.hpp"
#include "reproducible/build_target.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/environment_make.hpp"
#include "reproducible/environment_unpack.hpp"

namespace hallmark {
namespace {

// One request being answered. What its targets share (environments, source) is made at its first
// use.
class ReleaseBuilder {
 public:
  ReleaseBuilder(const BuildRequest& request, const Layout& layout, const Workspace& workspace,
                 const ProgressSink& progress)
      : request_(request), layout_(layout), workspace_(workspace.path()), progress_(progress) {}

  Result<StoredRecord> build(const Target& target, int64_t now) {
    const BuildStore store(layout_, request_.lock_sha256, workspace_);
    if (std::optional<StoredRecord> known = store.find(target)) return std::move(*known);
    HALLMARK_TRY(const std::string source, shared_source());
    HALLMARK_TRY(const Environment environment, shared_environment(target.environment));
    const std::string logs =
        layout_.build() / "logs" / request_.lock_sha256.hex() / target.directory_name();
    const BuildJob job{request_.lock, request_.product, target, environment.folder,
                       source,        workspace_,       logs};
    HALLMARK_TRY(const BuildResult built, build_twice(job, progress_));
    BuildRecord record;
    record.product = request_.lock.product;
    record.version = request_.lock.version;
    record.target = target;
    record.environment_sha256 = environment.sha256;
    record.evidence = Evidence::kReproduced;
    record.built_at = now;
    record.variations = built.variations;
    return store.keep(std::move(record), built.artefacts);
  }

 private:
  struct Environment {
    std::string folder;
    Sha256Digest sha256;
  };

  Result<Environment> shared_environment(const std::string& name) {
    if (const auto known = environments_.find(name); known != environments_.end()) {
      return known->second;
    }
    const LockedEnvironment* locked = request_.lock.environment(name);
    if (locked == nullptr) return failed("environment " + name, "is not in the lock");
    const EnvironmentStore store(layout_, request_.lock, request_.product, workspace_);
    progress_({{"step", "environment"}, {"note", name}});
    HALLMARK_TRY(const EnvironmentFile file, store.get(*locked));
    const Environment made{workspace_ + "/root-" + name, file.sha256};
    HALLMARK_CHECK(unpack_environment(file.tar.get(), made.folder));
    environments_.emplace(name, made);
    return made;
  }

  Result<std::string> shared_source() {
    const std::string folder = workspace_ + "/source";
    if (has_source_) return folder;
    progress_({{"step", "source"}, {"note", request_.product.name}});
    HALLMARK_CHECK(prepare_source(request_.lock, request_.product, layout_, folder));
    has_source_ = true;
    return folder;
  }

  const BuildRequest& request_;
  const Layout& layout_;
  std::string workspace_;
  const ProgressSink& progress_;
  std::map<std::string, Environment> environments_;
  bool has_source_ = false;
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

Result<std::vector<StoredRecord>> build_release(const BuildRequest& request, const Layout& layout,
                                                int64_t now, const ProgressSink& progress) {
  HALLMARK_TRY(const Workspace workspace, Workspace::create(layout.build() / "work"));
  ReleaseBuilder builder(request, layout, workspace, progress);
  std::vector<StoredRecord> records;
  for (const Target& target : request.targets) {
    HALLMARK_TRY(StoredRecord record, builder.build(target, now));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace hallmark
