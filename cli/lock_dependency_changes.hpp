// The part of lock_changes.hpp that speaks of what a source takes from its language's registry.
#pragma once

#include <vector>

#include "cli/lock_changes.hpp"

namespace hallmark {

// In words alone. A line for each package that comes, goes, changes its version or is another file
// of its version; a go.mod without its module has none.
void add_dependency_changes(const Lock& before, const Lock& after, std::vector<LockChange>& out);

}  // namespace hallmark
