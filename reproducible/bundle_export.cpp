#include "core/digest.hpp"
#include "reproducible/bundle_counters.hpp"
#include "reproducible/bundle_set.hpp"

namespace hallmark {
namespace {

// What is known of it by now: take_git has verified it.
Result<BundledFile> quarantined_git(const Layout& layout, const std::string& tag_object) {
  HALLMARK_TRY(const UniqueFd bundle, open_at(AT_FDCWD, layout.quarantined_bundle(tag_object),
                                              O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  HALLMARK_TRY(const FileDigest digest, digest_fd(bundle.get()));
  return BundledFile{digest.sha256, digest.size, tag_object};
}

}  // namespace

Result<BundleManifest> export_bundle(const std::vector<ReleaseTexts>& texts,
                                     const FetchContext& context) {
  HALLMARK_TRY(const std::vector<BundledRelease> releases, read_releases(texts));
  HALLMARK_TRY(const WorkFolder work, WorkFolder::open(context.layout.fetch()));
  const WantedSet wanted(releases);
  const Quarantine quarantine(context.layout.quarantine());
  std::map<Sha256Digest, BundledFile> files;
  StepProgress progress(context.progress, "check", "files", wanted.files.size());
  for (const auto& [digest, pinned] : wanted.files) {
    HALLMARK_TRY(const UniqueFd checked, quarantine.open(pinned));
    files[digest] = {digest, pinned.size, ""};
    progress.add(1);
  }
  HALLMARK_CHECK(verify_releases(releases, context, work, [](const Lock& lock) {
    return Result<std::string>(
        failed("git tag " + lock.source.tag, "is not in quarantine", "run 'hallmark fetch' first"));
  }));
  for (const auto& [tag_object, words] : wanted.tags) {
    HALLMARK_TRY(const BundledFile git, quarantined_git(context.layout, tag_object));
    files[git.sha256] = git;
  }
  BundleManifest manifest;
  for (const BundledRelease& one : releases) manifest.locks.push_back(one.name);
  for (const auto& [digest, file] : files) manifest.files.push_back(file);
  HALLMARK_TRY(BundleCounters counters, BundleCounters::load(context.layout.fetch()));
  HALLMARK_TRY(const BundleNumber number, counters.next());
  manifest.exporter = number.exporter;
  manifest.counter = number.counter;
  return manifest;
}

}  // namespace hallmark
