// hallmark release --dry-run: the steps of a release that need no key and change nothing that
// others see: fetch, build, check; and in words, what the others would do. What the signer alone
// knows, its rules and what it has accepted, is not asked.
//
// On a terminal it works in the terminal's state folder: what it built is not built again. In a
// clone of the releases repository, as an ordinary user, in that user's folder for builds
// (cli/rebuild/rebuild_folder.hpp).
#pragma once

#include <string>

#include "cli/steps/step.hpp"

namespace hallmark {

// `root`: a terminal's state folder, or a clone. The report's words say what would follow.
Result<StepReport> dry_run(const std::string& root, const ReleaseName& release, Screen& screen);

}  // namespace hallmark
