// The part of lock_changes.hpp that speaks of build environments.
#pragma once

#include <vector>

#include "cli/lock_changes.hpp"

namespace hallmark {

void add_environment_changes(const Lock& before, const Lock& after, std::vector<LockChange>& out);

}  // namespace hallmark
