// Writing the index.
#include <algorithm>
#include <map>

#include "core/digest.hpp"
#include "publisher/repository/fdroid.hpp"
#include "verify/fdroid/index.hpp"
#include "verify/fdroid/version.hpp"

namespace hallmark {
namespace {

using FactsByDigest = std::map<std::string, AppFacts>;

Result<AppFacts> derive_facts(Repository& repository, const ListedApk& apk) {
  HALLMARK_TRY(const UniqueFd file, repository.tree.open_file(apk.path));
  HALLMARK_TRY(const FdroidApkFacts facts, fdroid_facts(file.get(), apk.path));
  AppFacts out{facts.application, facts.manifest.dump()};
  HALLMARK_CHECK(repository.state.add_app_facts(apk.sha256, out));
  return out;
}

Result<AppFacts> facts_of_apk(Repository& repository, const ListedApk& apk,
                              const FactsByDigest& known) {
  const auto found = known.find(apk.sha256.hex());
  if (found != known.end()) return found->second;
  return derive_facts(repository, apk);
}

// The signer would refuse an index without it.
Error is_not_there(const ListedApk& apk) {
  return failed(apk.path, "is not in the repository with SHA-256 " + apk.sha256.hex(),
                "compose the release that it is of: hallmark compose PRODUCT VERSION");
}

Result<std::vector<FdroidVersion>> listed_versions(Repository& repository, const FdroidJob& job) {
  HALLMARK_TRY(const std::vector<ServedFile> present, repository.state.apks());
  std::map<std::string, ServedFile> by_path;
  for (const ServedFile& file : present) by_path.emplace(file.path, file);
  HALLMARK_TRY(const FactsByDigest known, repository.state.app_facts());
  std::vector<FdroidVersion> out;
  for (const ListedApk& apk : job.apks) {
    const auto file = by_path.find(apk.path);
    if (file == by_path.end() || file->second.sha256 != apk.sha256 ||
        !repository.tree.holds(file->second)) {
      return is_not_there(apk);
    }
    HALLMARK_TRY(const AppFacts facts, facts_of_apk(repository, apk, known));
    HALLMARK_TRY(Json manifest, parse_json(facts.manifest, "manifest of " + apk.path));
    out.push_back({facts.application, apk.path.substr(apk.path.rfind('/') + 1), apk.sha256,
                   file->second.size, apk.added, std::move(manifest)});
  }
  return out;
}

Result<FdroidTexts> described_apps(Repository& repository) {
  FdroidTexts out;
  HALLMARK_CHECK(repository.state.each_app_text(
      [&out](const std::string& application, const std::string& text) -> Status {
        HALLMARK_TRY(Json texts, parse_json(text, "texts of " + application));
        out.emplace(application, std::move(texts));
        return ok_status();
      }));
  return out;
}

Status place_index(Tree& tree, const std::string& text, const ServedFile& served) {
  if (tree.holds(served)) return ok_status();
  HALLMARK_CHECK(tree.clear_incoming());
  HALLMARK_TRY(StagedFile staged, tree.stage_text(text));
  std::vector<Placement> placements;
  placements.push_back({std::move(staged), served.path});
  return tree.place(placements);
}

}  // namespace

Result<ComposedFdroid> compose_fdroid(Repository& repository, const FdroidJob& job) {
  FdroidIndex index{job.repository, 0, {}, {}};
  HALLMARK_TRY(index.versions, listed_versions(repository, job));
  HALLMARK_TRY(index.texts, described_apps(repository));
  HALLMARK_TRY(const std::string undated, write_fdroid_index(index));
  const Sha256Digest content = sha256(undated);
  HALLMARK_TRY(const std::optional<FdroidComposition> last, repository.state.fdroid_composition());
  if (last && last->content == content && last->timestamp >= job.newest &&
      repository.tree.holds(last->index)) {
    return ComposedFdroid{false, last->index, last->timestamp};
  }
  const int64_t own = last ? last->timestamp : 0;
  index.timestamp = std::max({job.now, job.newest + 1, std::min(own, job.now) + 1});
  HALLMARK_TRY(const std::string text, write_fdroid_index(index));
  const Sha256Digest digest = sha256(text);
  const ServedFile served{"apk" + fdroid_index_name(digest), text.size(), digest};
  HALLMARK_CHECK(place_index(repository.tree, text, served));
  HALLMARK_CHECK(repository.state.set_fdroid_composition({content, index.timestamp, served}));
  return ComposedFdroid{true, served, index.timestamp};
}

}  // namespace hallmark
