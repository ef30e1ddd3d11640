// The repository's file tree, held against its state.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "publisher/repository/repository.hpp"

namespace hallmark {

// What the state says of pool/, dists/, changelogs/ and apk/.
struct Inventory {
  std::vector<ServedFile> needed;  // has to be there, with these bytes; sorted by path
  // May be there besides: what a host has; and what is replaced right before the state tells of it,
  // so that a crash in between is no fault: plain names of indices and changelogs, Releases,
  // entries of apps.
  std::set<std::string> kept;
};
Result<Inventory> take_inventory(RepositoryState& state);

struct GarbageRules {
  std::vector<std::string> hosts;  // that terminal.json names
  bool forget_hosts = false;       // what others had keeps nothing, and is forgotten
  bool dry_run = false;
};

struct Garbage {
  std::vector<TreeFile> files;            // sorted by path
  uint64_t bytes = 0;                     // of them
  std::vector<std::string> former_hosts;  // that terminal.json names no longer
};

// Removes from the tree what no suite, no composed index, no Release and no host refers to, and
// forgets the packages that were that. Stopped at any instant, it leaves at most files that the
// next one removes.
Result<Garbage> collect_garbage(Repository& repository, const GarbageRules& rules);

}  // namespace hallmark
