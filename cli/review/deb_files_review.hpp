// What changes in the files that a package puts on a machine.
#pragma once

#include "cli/review/change.hpp"
#include "verify/deb_contents.hpp"

namespace hallmark {

// Alerts: files with special rights, or in places where root's programs look, that come, change,
// or may be used by more people than before; files that become another kind of file; hard links to
// no plain file of the package; symbolic links into such places.
void compare_package_files(const DebContents& before, const DebContents& after,
                           std::vector<Change>& changes);

}  // namespace hallmark
