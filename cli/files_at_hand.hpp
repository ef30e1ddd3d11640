// Files of a folder, found by their digests: what the package hosts do not serve.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

class FilesAtHand {
 public:
  // None.
  FilesAtHand() = default;
  // Every regular file in the folder and below; links are not followed.
  static Result<FilesAtHand> in(const std::string& folder);

  // Opened for reading; an invalid descriptor: there is none with these bytes.
  Result<UniqueFd> find(const Sha256Digest& sha256, uint64_t size) const;

 private:
  std::multimap<uint64_t, std::string> by_size_;
};

}  // namespace hallmark
