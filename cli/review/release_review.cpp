#include "cli/review/release_review.hpp"

#include <unistd.h>

#include "cli/approvals.hpp"
#include "cli/lock_words.hpp"
#include "cli/review/compare_files.hpp"
#include "core/digest.hpp"
#include "core/model/record.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxRecord = std::size_t{1} << 20U;  // bytes

struct BuiltFile {
  std::string name;
  std::filesystem::path path;  // below the state folder
};
// By what is to be compared with what: the package's name and architecture, or the output's name.
using BuiltFiles = std::map<std::string, BuiltFile>;

// "figlet_2.2.5-3_amd64.deb" of two versions are one package.
std::string name_without_version(const std::string& name) {
  const std::size_t first = name.find('_');
  const std::size_t last = name.rfind('_');
  if (!name.ends_with(".deb") || first == last) return name;
  return name.substr(0, first) + name.substr(last);
}

// Of one target; none: it was not built here. As reproducible/build_store.hpp keeps them.
Result<BuiltFiles> built_files(const TerminalRoot& root, const ReleaseFiles& files,
                               const Target& target) {
  const std::filesystem::path folder =
      std::filesystem::path("build") / "out" / sha256(files.lock_text).hex();
  const std::filesystem::path record_path = folder / (target.directory_name() + ".record");
  BuiltFiles out;
  if (::access((root.layout().root / record_path).c_str(), F_OK) != 0) return out;
  HALLMARK_TRY(const UniqueFd fd, root.open_of("hallmark-build", record_path));
  HALLMARK_TRY(const std::string text, read_all(fd.get(), kMaxRecord, record_path));
  HALLMARK_TRY(const BuildRecord record, parse_record(text, record_path));
  for (const BuiltArtefact& artefact : record.artefacts) {
    out[name_without_version(artefact.name)] = {artefact.name,
                                                folder / target.directory_name() / artefact.name};
  }
  return out;
}

std::string with_words(const Target& target, const std::string& name) {
  return name + " for " + target.suite + "/" + target.component + " " + target.architecture;
}

Status compare_built(const TerminalRoot& root, const Target& target, const BuiltFiles& before,
                     const BuiltFiles& after, std::vector<ReviewPart>& parts) {
  ReviewPart outputs{with_words(target, "artefacts"), {}};
  for (const auto& [key, file] : before) {
    if (!after.contains(key)) outputs.changes.push_back({file.name + " goes", true, {}});
  }
  for (const auto& [key, file] : after) {
    const auto old_file = before.find(key);
    if (old_file == before.end()) {
      outputs.changes.push_back({file.name + " comes", true, {}});
      continue;
    }
    HALLMARK_TRY(const UniqueFd old_fd, root.open_of("hallmark-build", old_file->second.path));
    HALLMARK_TRY(const UniqueFd new_fd, root.open_of("hallmark-build", file.path));
    HALLMARK_TRY(ReviewPart part, compare_files(with_words(target, file.name), file.name,
                                                old_fd.get(), new_fd.get()));
    parts.push_back(std::move(part));
  }
  if (!outputs.changes.empty()) parts.push_back(std::move(outputs));
  return ok_status();
}

ReviewPart lock_part(const Lock& before, const Lock& after) {
  ReviewPart part{"lock", {}};
  for (const std::string& words : lock_changes(before, after)) {
    part.changes.push_back({words, false, {}});
  }
  return part;
}

// The target of the older lock that went to the same place.
const Target* same_place(const Lock& lock, const Target& target) {
  for (const Target& candidate : lock.targets) {
    if (candidate.suite == target.suite && candidate.component == target.component &&
        candidate.architecture == target.architecture) {
      return &candidate;
    }
  }
  return nullptr;
}

}  // namespace

Result<ReleaseReview> review_release(const TerminalRoot& root, const ReleaseName& release,
                                     const std::string& since) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  ReleaseReview review;
  review.words = lock_words(files.lock);
  review.since = since;
  if (since.empty()) {
    HALLMARK_TRY(const std::vector<std::string> versions, pinned_versions(root, release));
    review.since = version_before(versions, release.version);
  }
  if (review.since.empty()) {
    review.missing.emplace_back("no lower version is pinned to compare it with");
    return review;
  }
  HALLMARK_TRY(const ReleaseFiles old, read_release_files(root, {release.product, review.since}));
  review.parts.push_back(lock_part(old.lock, files.lock));
  for (const Target& target : files.lock.targets) {
    const Target* old_target = same_place(old.lock, target);
    if (old_target == nullptr) continue;
    HALLMARK_TRY(const BuiltFiles before, built_files(root, old, *old_target));
    HALLMARK_TRY(const BuiltFiles after, built_files(root, files, target));
    if (before.empty() || after.empty()) {
      const std::string& version = before.empty() ? review.since : release.version;
      review.missing.push_back(with_words(target, "artefacts") + ": " + version +
                               " was not built here (hallmark build " + release.product + " " +
                               version + ")");
      continue;
    }
    HALLMARK_CHECK(compare_built(root, target, before, after, review.parts));
  }
  return review;
}

}  // namespace hallmark
