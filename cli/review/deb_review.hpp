// What changes for whoever upgrades from one build of a package to another.
#pragma once

#include "cli/review/change.hpp"
#include "verify/deb_contents.hpp"

namespace hallmark {

// Fields of the control file, maintainer scripts, files and their rights, sizes.
std::vector<Change> deb_changes(const DebContents& before, const DebContents& after);

}  // namespace hallmark
