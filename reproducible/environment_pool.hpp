// The packages of a locked environment, as a flat apt repository of the builder's own.
//
// Nothing is used from where the fetcher put it: each package is copied into a folder that only the
// builder can write, and its copy is hashed against the lock (time of check).
#pragma once

#include <string>

#include "core/model/lock.hpp"

namespace hallmark {

// What must hold of a lock before its packages are named to apt. Names and versions as Debian's
// policy writes them, the environment's architecture or "all", no package twice.
Status check_package_list(const LockedEnvironment& environment);

// The text of Packages: from the lock alone, without dependencies, because the lock's list is the
// whole closure. Files are named by their digest.
std::string flat_packages_index(const LockedEnvironment& environment);

// The same with every field that the packages themselves have, for an apt that has to choose among
// them. `pool`: filled already.
Result<std::string> whole_packages_index(const LockedEnvironment& environment,
                                         const std::string& pool);

// Fills the existing folder `pool`. `quarantine` is ROOT/fetch/quarantine.
Status fill_package_pool(const LockedEnvironment& environment, const std::string& quarantine,
                         const std::string& pool);

}  // namespace hallmark
