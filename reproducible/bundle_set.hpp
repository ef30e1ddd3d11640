// What belongs into a bundle: everything that its locks name, and how that is verified.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/model/bundle.hpp"
#include "core/result.hpp"
#include "reproducible/fetch_bundle.hpp"
#include "reproducible/fetch_lock.hpp"
#include "reproducible/fetch_work.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

// A lock that a request handed over.
struct BundledRelease {
  LockedRelease release;
  BundledLock name;
};

// Sorted by product and version; naming one twice is a usage error.
Result<std::vector<BundledRelease>> read_releases(const std::vector<ReleaseTexts>& texts);

// Files by digest, git bundles by tag.
struct WantedSet {
  explicit WantedSet(const std::vector<BundledRelease>& releases);

  std::map<Sha256Digest, PinnedFile> files;
  std::map<std::string, std::string> tags;  // tag object -> what to call it
};

// As the last part of `fetch` does it. `bring` is asked for the git bundles that are not in
// quarantine: it gives a path on the same file system.
using BringGit = std::function<Result<std::string>(const Lock&)>;
Status verify_releases(const std::vector<BundledRelease>& releases, const FetchContext& context,
                       const WorkFolder& work, const BringGit& bring);

// kVerification: the bundle is of another lock under the same name, has a file that none of its
// locks names, or lacks one.
Status check_bundle_locks(const BundleManifest& manifest,
                          const std::vector<BundledRelease>& releases);
Status check_bundle_files(const BundleManifest& manifest, const WantedSet& wanted);

// Tells how far a step has come, a few times a second.
class StepProgress {
 public:
  StepProgress(const ProgressSink& sink, const char* step, const char* unit, uint64_t total)
      : sink_(sink), step_(step), unit_(unit), total_(total) {}
  void add(uint64_t amount);

 private:
  const ProgressSink& sink_;
  const char* step_;
  const char* unit_;
  uint64_t total_;
  uint64_t done_ = 0;
  std::chrono::steady_clock::time_point reported_{};
};

}  // namespace hallmark
