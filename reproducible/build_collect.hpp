// What a build has left in its out folder, taken with suspicion: the build chose every name and
// mode.
#pragma once

#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/model/product.hpp"

namespace hallmark {

struct CollectedFile {
  std::string name;
  UniqueFd file;  // read only
  FileDigest digest;
};

// The artefacts, sorted by name: for recipe apk the product's outputs, each of which must be there;
// for recipe deb every file, at least one, each named *.deb. kVerification unless every one is a
// regular file with one name, no set-user-id or set-group-id bit, a plain name, at most 16 GiB; and
// at most 1,000 of them. Nobody may be writing to the folder any more.
Result<std::vector<CollectedFile>> collect_artefacts(const std::string& untrusted_folder,
                                                     const Recipe& recipe);

}  // namespace hallmark
