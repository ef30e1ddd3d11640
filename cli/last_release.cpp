#include "cli/last_release.hpp"

#include "cli/approvals.hpp"
#include "cli/lock_words.hpp"
#include "core/digest.hpp"

namespace hallmark {

std::string SinceLast::heading() const {
  if (version.empty()) return "no lower version is pinned to compare it with";
  if (released) return "since " + version + ", which was released";
  if (!has_log) return "since " + version + ", which is pinned; released or not, no log is here";
  return "since " + version + ", which is pinned and, as far as this terminal's log shows, was " +
         "never released";
}

SinceLast choose_last(const LoggedReleases& logged, const ReleaseName& release,
                      const std::vector<std::string>& pinned) {
  std::vector<std::string> released;
  std::vector<std::string> others;
  for (const std::string& version : pinned) {
    const ReleaseName candidate{release.product, version};
    if (logged.is_withdrawn_everywhere(candidate)) continue;
    (logged.is_accepted(candidate) ? released : others).push_back(version);
  }
  SinceLast out;
  out.version = version_before(released, release.version);
  out.released = !out.version.empty();
  if (!out.released) out.version = version_before(others, release.version);
  return out;
}

Result<SinceLast> changes_since_last(const TerminalRoot& root, const ReleaseName& release,
                                     const ReleaseFiles& files, const std::string& since) {
  HALLMARK_TRY(const LoggedReleases logged, read_logged_releases(root));
  SinceLast out{since, logged.is_accepted({release.product, since}), true, {}};
  if (since.empty()) {
    HALLMARK_TRY(const std::vector<std::string> pinned, pinned_versions(root, release));
    out = choose_last(logged, release, pinned);
  }
  out.has_log = !root.layout().is_clone;
  if (out.version.empty()) return out;
  const ReleaseName old_release{release.product, out.version};
  HALLMARK_TRY(const ReleaseFiles old, read_release_files(root, old_release));
  const Sha256Digest old_lock = sha256(old.lock_text);
  if (out.released && !logged.is_accepted_lock(old_release, old_lock)) {
    out.changes.push_back({"the lock of " + out.version +
                               " is not the one that was released: its " + "SHA-256 " +
                               old_lock.hex() + " is not in the release log",
                           true});
  }
  for (LockChange& change : lock_changes(old.lock, files.lock)) {
    out.changes.push_back(std::move(change));
  }
  return out;
}

}  // namespace hallmark
