// What a release changes: its lock, and what was built of it, against a release before it.
#pragma once

#include "cli/last_release.hpp"
#include "cli/review/change.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

struct ReleaseReview {
  SinceLast since;                 // the release that it is compared with, and the lock's changes
  std::vector<std::string> words;  // what the lock says
  std::vector<ReviewPart> parts;
  std::vector<std::string> missing;  // what was not compared, and why
  std::size_t failures = 0;          // files that were refused; their parts say why
};

// The lock's changes as a part of a review.
ReviewPart lock_part(const SinceLast& since);

// `since` empty: the last release (cli/last_release.hpp). Artefacts are compared where both
// releases were built here; what has none before it is compared with nothing.
Result<ReleaseReview> review_release(const TerminalRoot& root, const ReleaseName& release,
                                     const std::string& since);

}  // namespace hallmark
