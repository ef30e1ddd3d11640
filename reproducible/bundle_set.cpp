#include "reproducible/bundle_set.hpp"

#include <algorithm>
#include <tuple>

#include "core/digest.hpp"
#include "reproducible/fetch_git.hpp"
#include "reproducible/source_signers.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::milliseconds kTellEvery{250};

auto name_of(const BundledRelease& one) { return std::tie(one.name.product, one.name.version); }

}  // namespace

Result<std::vector<BundledRelease>> read_releases(const std::vector<ReleaseTexts>& texts) {
  std::vector<BundledRelease> out;
  for (const ReleaseTexts& text : texts) {
    BundledRelease one;
    HALLMARK_TRY(one.release, read_locked_release(text.lock, text.product));
    const Lock& lock = one.release.lock;
    one.name = {lock.product, lock.version, sha256(text.lock)};
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return name_of(a) < name_of(b); });
  const auto same = [](const auto& a, const auto& b) { return name_of(a) == name_of(b); };
  if (std::adjacent_find(out.begin(), out.end(), same) == out.end()) return out;
  return usage_error("releases", "name one of them twice");
}

WantedSet::WantedSet(const std::vector<BundledRelease>& releases) {
  for (const BundledRelease& one : releases) {
    const Lock& lock = one.release.lock;
    for (PinnedFile& file : pinned_files(lock)) files.emplace(file.sha256, std::move(file));
    if (lock.source.kind == OriginKind::kGit) {
      tags.emplace(lock.source.tag_object, "git tag " + lock.source.tag);
    }
  }
}

Status verify_releases(const std::vector<BundledRelease>& releases, const FetchContext& context,
                       const WorkFolder& work, const BringGit& bring) {
  const Quarantine quarantine(context.layout.quarantine());
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const auto& [lock, product] = releases[i].release;
    HALLMARK_CHECK(verify_pinned_files(releases[i].release, quarantine, context.apt_folder));
    if (lock.source.kind != OriginKind::kGit) continue;
    HALLMARK_TRY(const std::string folder, work.make("git-" + std::to_string(i)));
    HALLMARK_TRY(const std::string keyring, quarantined_keyring(lock.source, quarantine));
    HALLMARK_TRY(const bool came, take_git(lock, product, {context.layout, folder, "", keyring},
                                           [&, &locked = lock] { return bring(locked); }));
    static_cast<void>(came);
  }
  return ok_status();
}

Status check_bundle_locks(const BundleManifest& manifest,
                          const std::vector<BundledRelease>& releases) {
  for (const BundledLock& lock : manifest.locks) {
    const auto known =
        std::find_if(releases.begin(), releases.end(), [&lock](const BundledRelease& one) {
          return one.name.product == lock.product && one.name.version == lock.version;
        });
    const std::string name = lock.product + " " + lock.version;
    if (known == releases.end()) {
      return usage_error("bundle", "has " + name + ", which is not given");
    }
    if (known->name.lock_sha256 != lock.lock_sha256) {
      return verification_error("bundle", "is of another lock of " + name + " than this terminal's",
                                "bring the releases repository to the state that it was exported "
                                "from, or export it again");
    }
  }
  if (releases.size() == manifest.locks.size()) return ok_status();
  return usage_error("bundle", "is of fewer locks than are given");
}

Status check_bundle_files(const BundleManifest& manifest, const WantedSet& wanted) {
  WantedSet left = wanted;
  for (const BundledFile& file : manifest.files) {
    const auto pinned = left.files.find(file.sha256);
    const bool is_wanted = file.tag_object.empty()
                               ? pinned != left.files.end() && pinned->second.size == file.size
                               : left.tags.erase(file.tag_object) == 1;
    if (!is_wanted) {
      return verification_error("bundle", bundled_name(file) + " is wanted by none of its locks",
                                "export it again");
    }
    if (file.tag_object.empty()) left.files.erase(pinned);
  }
  if (left.files.empty() && left.tags.empty()) return ok_status();
  return verification_error("bundle",
                            "lacks " + (left.files.empty() ? left.tags.begin()->second
                                                           : left.files.begin()->second.label),
                            "export it again");
}

void StepProgress::add(uint64_t amount) {
  done_ += amount;
  const auto now = std::chrono::steady_clock::now();
  if (!sink_ || (done_ < total_ && now - reported_ < kTellEvery)) return;
  reported_ = now;
  sink_(Json{{"step", step_}, {"done", done_}, {"total", total_}, {"unit", unit_}});
}

}  // namespace hallmark
