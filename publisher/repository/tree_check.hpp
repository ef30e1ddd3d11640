// Is what is in the repository's tree what its state says?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/wire.hpp"
#include "publisher/repository/repository.hpp"

namespace hallmark {

struct TreeFault {
  std::string path;
  std::string fault;  // "missing", "extra", "size" or "digest"
  std::string words;  // what is wrong with it, for people
};

struct TreeReport {
  std::uint64_t files = 0;        // looked at
  std::uint64_t bytes = 0;        // of them, as they are
  std::vector<TreeFault> faults;  // sorted by path
};

// Names and sizes; with `deep`, which is told how far it is, every digest too, on all processors.
// Older indices by their hashes are no fault: a digest is in their names.
Result<TreeReport> check_tree(Repository& repository, const ProgressSink* deep);

}  // namespace hallmark
