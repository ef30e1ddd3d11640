// A product's source from git: the tag that people signed, down to the bytes of its files.
//
// The fetcher keeps a bundle of the tag; it and the builder check that bundle by this same code.
#pragma once

#include <string>
#include <string_view>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/dependency_list.hpp"
#include "reproducible/git_repository.hpp"

namespace hallmark {

struct GitSource {
  LockedSource locked;    // everything a lock records of it
  int64_t tagged_at = 0;  // seconds since 1970
  // What the lock files that the product names ask for, in its order.
  std::vector<DependencyList> dependencies;
};

// Judges a repository that holds the product's tag for `version`: an annotated tag, of that name
// inside, signed by the product's signers. Every id and the content digest are computed from it.
// `keyring` has the keys of the product's openpgp_signers; empty where it names none.
Result<GitSource> inspect_git_source(const GitRepository& repository, const Product& product,
                                     const std::string& version, std::string_view keyring = "");

// The same, and all of it must be what the lock says.
Status verify_git_source(const GitRepository& repository, const Product& product, const Lock& lock,
                         std::string_view keyring = "");

// Opens a bundle in the empty folder `work`, verifies it, and writes the files into the new
// `folder`.
Status export_git_source(const Lock& lock, const Product& product, const std::string& bundle_path,
                         const std::string& work, const std::string& folder,
                         std::string_view keyring = "");

}  // namespace hallmark
