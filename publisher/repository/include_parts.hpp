// What including packages and including APKs share; internal to publisher/repository.
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

}  // namespace hallmark
