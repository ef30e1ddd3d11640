// An index file under both of its names; internal to publisher/repository.
#pragma once

#include <vector>

#include "publisher/repository/tree.hpp"

namespace hallmark {

// Complete under both of its names?
bool is_in_place(const Tree& tree, const ServedFile& index);

// What is still to be placed of the index: under its hash, then under its path.
Status add_index_placements(Tree& tree, const ServedFile& index, StagedFile& staged,
                            std::vector<Placement>& placements);

}  // namespace hallmark
