// What including packages, sources and APKs share; internal to publisher/repository.
#pragma once

#include <string>

#include "publisher/repository/repository.hpp"

namespace hallmark {

// The remote name of an upload in progress adds ".", ".part" to it, and a name has 255 bytes.
inline constexpr std::size_t kMaxNameLength = 240;

inline std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

inline Error other_bytes(const ServedFile& have, const Sha256Digest& offered) {
  return policy_error(base_name(have.path),
                      "is in the repository with other bytes: sha256 " + have.sha256.hex() +
                          " is there, " + offered.hex() + " was offered",
                      "what has been included never changes: give it a new version");
}

// What the sender calls the file, for messages only.
std::string name_of(int fd);

// Suite and component are the policy's.
Status check_destination(const Policy& policy, const Destination& destination,
                         const SuitePolicy*& suite);

// The pool never holds two files for one name, version and architecture, nor for one path (which
// versions that differ in their epoch alone would share).
Result<bool> is_in_pool(RepositoryState& state, const PoolPackage& package);

}  // namespace hallmark
