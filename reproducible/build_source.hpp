// A lock's source as a folder for the sandbox to read.
#pragma once

#include <string>

#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"

namespace hallmark {

// Checks the quarantined source against the lock, all of it, as the fetcher does (dsc_source.hpp,
// git_source.hpp, tarball_source.hpp), and puts it into the new folder `folder`: a .dsc and its
// files, or an archive and its signature, not unpacked; or the files of a git tree. kVerification:
// the quarantined bytes are not the pinned ones, or the archive has what none may have.
Status prepare_source(const Lock& lock, const Product& product, const Layout& layout,
                      const std::string& folder);

}  // namespace hallmark
