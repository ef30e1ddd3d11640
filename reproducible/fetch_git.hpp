// A git product's tag as a bundle in quarantine.
#pragma once

#include <functional>
#include <string>

#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/git_source.hpp"

namespace hallmark {

// Clones the product's tag for `version`, verifies it, and keeps its bundle. `work`: an empty
// folder of ours alone on the quarantine's file system. `proxy`: for https, or empty. `keyring`: as
// git_source.hpp has it.
struct GitFetch {
  const Layout& layout;
  std::string work;
  std::string proxy;
  std::string keyring;
};
Result<GitSource> pin_git(const Product& product, const std::string& version, const GitFetch& how);

// Verifies the lock's bundle in quarantine, after fetching it where it is missing. True: it came
// now.
Result<bool> fetch_git(const Lock& lock, const Product& product, const GitFetch& how);
// The same, with a bundle that comes from elsewhere: `bring` gives its path below `work`.
using BringBundle = std::function<Result<std::string>()>;
Result<bool> take_git(const Lock& lock, const Product& product, const GitFetch& how,
                      const BringBundle& bring);

}  // namespace hallmark
