// Pinning what a source takes from its language's registry: from the list in its own lock file to
// files in quarantine, each checked against the digest that is there.
#pragma once

#include <vector>

#include "core/model/dependencies.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/dependency_list.hpp"
#include "reproducible/fetch_download.hpp"

namespace hallmark {

// `lists`: of the product's dependencies, in its order.
Result<std::vector<LockedDependencies>> pin_dependencies(const Product& product,
                                                         const std::vector<DependencyList>& lists,
                                                         Downloader& downloader);

}  // namespace hallmark
