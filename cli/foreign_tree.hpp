// An apt repository of somebody else's tool, as a folder: what is below the address that clients
// have, dists/ and pool/. Nothing in it counts but what the signature vouches for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/archive_index.hpp"
#include "verify/archive_release.hpp"

namespace hallmark {

struct ForeignPackage {
  IndexPackage entry;
  Deb822Paragraph stanza;
  std::string component;
};

struct ForeignSuite {
  ReleaseFile release;
  // The newest version of each package and architecture in each component: what apt would take.
  std::vector<ForeignPackage> packages;
  std::size_t older = 0;    // stanzas of versions that are older
  std::size_t sources = 0;  // indices of sources
  std::size_t udebs = 0;    // indices of the installer's packages
};

// dists/SUITE of the folder, by InRelease or Release and Release.gpg, signed by a key of the
// keyring (an absolute path). kVerification: no such signature, one of another suite's Release, or
// an index that is missing or has another digest.
Result<ForeignSuite> read_foreign_suite(const std::string& tree, const std::string& suite,
                                        const std::string& keyring);

}  // namespace hallmark
