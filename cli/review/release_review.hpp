// What a release changes: its lock, and what was built of it, against a release before it.
#pragma once

#include "cli/review/change.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

struct ReleaseReview {
  std::string since;               // the version that it is compared with; empty: there is none
  std::vector<std::string> words;  // what the lock says
  std::vector<ReviewPart> parts;
  std::vector<std::string> missing;  // what was not compared, and why
  std::size_t failures = 0;          // files that were refused; their parts say why
};

// `since` empty: the highest lower version that is pinned. Artefacts are compared where both
// releases were built here; what has none before it is compared with nothing.
Result<ReleaseReview> review_release(const TerminalRoot& root, const ReleaseName& release,
                                     const std::string& since);

}  // namespace hallmark
