#include <unistd.h>

#include "reproducible/bundle_counters.hpp"
#include "reproducible/bundle_media.hpp"
#include "reproducible/bundle_set.hpp"

namespace hallmark {
namespace {

// One import at work.
class Import {
 public:
  Import(const BundleMedia& media, const std::vector<BundledRelease>& releases,
         const FetchContext& context, const WorkFolder& work)
      : media_(media), releases_(releases), context_(context), work_(work), wanted_(releases) {}

  Result<ImportReport> run() {
    const std::vector<BundledFile>& files = media_.manifest().files;
    HALLMARK_CHECK(check_bundle_files(media_.manifest(), wanted_));
    HALLMARK_CHECK(media_.check_members());
    HALLMARK_TRY(folder_, work_.make("bundle"));
    for (const BundledFile& file : files) report_.bytes += file.size;
    report_.files = files.size();
    StepProgress progress(context_.progress, "import", "bytes", report_.bytes);
    for (std::size_t i = 0; i < files.size(); ++i) {
      HALLMARK_TRY(const bool here, is_here(files[i]));
      if (here) ++report_.already;
      if (here) progress.add(files[i].size);
      if (!here) HALLMARK_CHECK(take(i, progress));
    }
    HALLMARK_CHECK(verify_releases(releases_, context_, work_, [this](const Lock& lock) {
      return Result<std::string>(path_of_git(lock.source.tag_object));
    }));
    return report_;
  }

 private:
  Result<bool> is_here(const BundledFile& file) const {
    if (file.tag_object.empty()) return quarantine().holds(wanted_.files.at(file.sha256));
    const std::string path = context_.layout.quarantined_bundle(file.tag_object);
    return ::access(path.c_str(), F_OK) == 0;
  }

  // A git bundle stays in the work folder until its tag was verified.
  Status take(std::size_t index, StepProgress& progress) const {
    const BundledFile& file = media_.manifest().files[index];
    const bool is_git = !file.tag_object.empty();
    const std::string path =
        is_git ? path_of_git(file.tag_object) : folder_ + "/" + file.sha256.hex();
    HALLMARK_TRY(const UniqueFd out,
                 open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    HALLMARK_CHECK(
        media_.copy(index, out.get(), [&progress](std::size_t bytes) { progress.add(bytes); }));
    return is_git ? ok_status() : quarantine().admit(out, path, file.sha256);
  }

  Quarantine quarantine() const { return Quarantine(context_.layout.quarantine()); }
  std::string path_of_git(const std::string& tag_object) const {
    return folder_ + "/" + tag_object + ".bundle";
  }

  const BundleMedia& media_;
  const std::vector<BundledRelease>& releases_;
  const FetchContext& context_;
  const WorkFolder& work_;
  WantedSet wanted_;
  std::string folder_;
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_bundle(const BundleMedia& untrusted_media,
                                   const std::vector<ReleaseTexts>& texts,
                                   const FetchContext& context) {
  HALLMARK_TRY(const std::vector<BundledRelease> releases, read_releases(texts));
  HALLMARK_TRY(const WorkFolder work, WorkFolder::open(context.layout.fetch()));
  const BundleManifest& manifest = untrusted_media.manifest();
  const BundleNumber number{manifest.exporter, manifest.counter};
  HALLMARK_TRY(BundleCounters counters, BundleCounters::load(context.layout.fetch()));
  HALLMARK_CHECK(counters.check_new(number));
  HALLMARK_CHECK(check_bundle_locks(manifest, releases));
  Import import(untrusted_media, releases, context, work);
  HALLMARK_TRY(const ImportReport report, import.run());
  HALLMARK_CHECK(counters.remember(number));
  return report;
}

}  // namespace hallmark
