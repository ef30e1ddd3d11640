// Why a lock's packages are Debian's: keyring -> InRelease -> indices -> each package.
//
// The keyring must be one that this machine's own apt sources name for the suite: a lock cannot
// bring its own. InRelease and indices come from quarantine, by the lock's digests. The fetcher
// checks this after a download, the builder before it makes an environment.
#pragma once

#include <string>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/quarantine.hpp"
#include "verify/archive_release.hpp"

namespace hallmark {

// "URI/dists/SUITE/PATH"
std::string archive_url(const LockedArchive& archive, const std::string& path);
// "URI/FILENAME", with the characters escaped that a URL needs escaped.
std::string pool_url(const std::string& uri, const std::string& filename);

PinnedFile inrelease_file(const LockedArchive& archive);
PinnedFile index_file(const LockedArchive& archive, const LockedIndex& index);
PinnedFile package_file(const LockedPackage& package);
// Sources, not Packages.
bool is_source_index(const LockedIndex& index);

// The text of an index that the Release names with this digest.
Result<std::string> read_index(const LockedArchive& archive, const LockedIndex& index,
                               const ReleaseFile& release, const Quarantine& quarantine);

// All environments of the lock. For a .dsc product also that the first environment's archives name
// the .dsc. kVerification: something does not follow; the error names it. `apt_folder` is /etc/apt.
Status verify_archive_chain(const Lock& lock, const Product& product, const Quarantine& quarantine,
                            const std::string& apt_folder);

}  // namespace hallmark
