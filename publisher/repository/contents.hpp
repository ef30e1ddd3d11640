// Contents-ARCH.gz: which package of the suite's component has which file.
#pragma once

#include <vector>

#include "publisher/repository/repository.hpp"

namespace hallmark {

// "dists/SUITE/COMPONENT/Contents-ARCH.gz"
std::string contents_path(const IndexPlace& place);

// Writes it, unless the tree has it already. What the index says follows from the packages of the
// place alone; their paths are read from the pool where they were not read before, and the state's
// shards of the index are brought up to date.
Result<ServedFile> write_contents(Repository& repository, const IndexPlace& place);

}  // namespace hallmark
