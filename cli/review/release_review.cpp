#include "cli/review/release_review.hpp"

#include <unistd.h>

#include <optional>

#include "cli/lock_words.hpp"
#include "cli/review/artefacts_review.hpp"
#include "core/digest.hpp"
#include "core/model/record.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxRecord = std::size_t{1} << 20U;  // bytes

// "figlet_2.2.5-3_amd64.deb" of two versions are one package.
std::string name_without_version(const std::string& name) {
  const std::size_t first = name.find('_');
  const std::size_t last = name.rfind('_');
  if (!name.ends_with(".deb") || first == last) return name;
  return name.substr(0, first) + name.substr(last);
}

// Of one target; nothing: it was not built here. As reproducible/build_store.hpp keeps them.
Result<std::optional<BuiltFiles>> built_files(const TerminalRoot& root, const ReleaseFiles& files,
                                              const Target& target) {
  const std::filesystem::path folder =
      std::filesystem::path("build") / "out" / sha256(files.lock_text).hex();
  const std::filesystem::path record_path = folder / (target.directory_name() + ".record");
  if (::access((root.layout().root / record_path).c_str(), F_OK) != 0) {
    return std::optional<BuiltFiles>();
  }
  HALLMARK_TRY(const UniqueFd fd, root.open_of("hallmark-build", record_path));
  HALLMARK_TRY(const std::string text, read_all(fd.get(), kMaxRecord, record_path));
  HALLMARK_TRY(const BuildRecord record, parse_record(text, record_path));
  BuiltFiles out;
  for (const BuiltArtefact& artefact : record.artefacts) {
    out[name_without_version(artefact.name)] = {artefact.name,
                                                folder / target.directory_name() / artefact.name};
  }
  return std::optional(std::move(out));
}

std::string place_of(const Target& target) {
  return target.suite + "/" + target.component + " " + target.architecture;
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

class TargetReview {
 public:
  TargetReview(const TerminalRoot& root, const ReleaseName& release, ReleaseReview& review)
      : root_(root), release_(release), review_(review) {}

  // Against the target that went to the same place; without one, all of it is new.
  Status compare(const ReleaseFiles& old, const ReleaseFiles& files, const Target& target) {
    BuiltFiles before;
    if (const Target* old_target = same_place(old.lock, target); old_target != nullptr) {
      HALLMARK_TRY(auto found, built_files(root_, old, *old_target));
      if (!found) return not_built(target, review_.since.version);
      before = std::move(*found);
    }
    HALLMARK_TRY(const auto after, built_files(root_, files, target));
    if (!after) return not_built(target, release_.version);
    review_.failures += review_artefacts(
        place_of(target), before, *after,
        [this](const std::filesystem::path& path) { return root_.open_of("hallmark-build", path); },
        review_.parts);
    return ok_status();
  }

 private:
  Status not_built(const Target& target, const std::string& version) {
    review_.missing.push_back("artefacts for " + place_of(target) + ": " + version +
                              " was not built here (hallmark build " + release_.product + " " +
                              version + ")");
    return ok_status();
  }

  const TerminalRoot& root_;
  const ReleaseName& release_;
  ReleaseReview& review_;
};

void tell_of_lost_targets(const Lock& before, const Lock& after, std::vector<ReviewPart>& parts) {
  for (const Target& target : before.targets) {
    if (same_place(after, target) != nullptr) continue;
    parts.push_back({"artefacts for " + place_of(target),
                     {{"nothing goes there any more; what is published stays", true, {}}}});
  }
}

}  // namespace

ReviewPart lock_part(const SinceLast& since) {
  ReviewPart part{"lock", {}};
  for (const LockChange& change : since.changes) {
    part.changes.push_back({one_line(change.words), change.alert, {}});
  }
  return part;
}

Result<ReleaseReview> review_release(const TerminalRoot& root, const ReleaseName& release,
                                     const std::string& since) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  ReleaseReview review;
  for (const std::string& words : lock_words(files.lock)) review.words.push_back(one_line(words));
  HALLMARK_TRY(review.since, changes_since_last(root, release, files, since));
  ReleaseFiles old;  // of nothing, if there is no version before
  if (review.since.version.empty()) {
    review.missing.emplace_back(review.since.heading() + ": what was built is told as new");
  } else {
    HALLMARK_TRY(old, read_release_files(root, {release.product, review.since.version}));
    review.parts.push_back(lock_part(review.since));
  }
  TargetReview targets(root, release, review);
  for (const Target& target : files.lock.targets) {
    HALLMARK_CHECK(targets.compare(old, files, target));
  }
  tell_of_lost_targets(old.lock, files.lock, review.parts);
  return review;
}

}  // namespace hallmark
