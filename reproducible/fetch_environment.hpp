// What goes into a build environment: from a product's wishes and signed archives to packages.
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/dsc_source.hpp"
#include "reproducible/fetch_archives.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

struct EnvironmentWish {
  const Product& product;
  const EnvironmentSpec& spec;
  std::string architecture;
  const VerifiedDsc& dsc;  // of a dsc product; else empty
};

// The packages that apt chooses for it, sorted by name. `folder`: exists, empty, ours alone, on the
// quarantine's file system, which has the archives' indices.
Result<std::vector<LockedPackage>> solve_environment(const EnvironmentWish& wish,
                                                     const Archives& archives,
                                                     const std::string& folder,
                                                     const Quarantine& quarantine);

}  // namespace hallmark
