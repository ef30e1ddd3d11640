// What a release is compared with, for whoever is asked to approve of it: the last release before
// it, by this terminal's own verified release log.
//
// A version that was pinned and never released says nothing of what users have, and one that was
// called back from every suite may be the very thing to guard against: neither hides what is new
// since the last good one. Where the log knows of no lower release, the highest lower version that
// is pinned stands in.
#pragma once

#include <string>
#include <vector>

#include "cli/lock_changes.hpp"
#include "cli/pending.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

struct SinceLast {
  std::string version;    // empty: no lower version is pinned
  bool released = false;  // the log has it
  bool has_log = true;    // a clone of the releases repository has none
  std::vector<LockChange> changes;

  // "since 1.0, the last release", without an end of line.
  std::string heading() const;
};

// `files`: of the release. `since`: the version to compare with, or empty. A lock of a release that
// is not the one that was released from is the first change, and an alert.
Result<SinceLast> changes_since_last(const TerminalRoot& root, const ReleaseName& release,
                                     const ReleaseFiles& files, const std::string& since = "");

// The choice alone, for tests: the highest lower version that is accepted, else the highest that is
// pinned; not one that was withdrawn from every suite.
SinceLast choose_last(const LoggedReleases& logged, const ReleaseName& release,
                      const std::vector<std::string>& pinned);

}  // namespace hallmark
