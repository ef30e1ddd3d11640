// The fetcher's store of files by their SHA-256: QUARANTINE/sha256/AA/HEX. The builder reads it
// too.
//
// A file is there under its final name only when it was whole and right; what is read is checked
// again all the same, and found changed, it is named and never replaced in silence.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

struct PinnedFile {
  std::string label;  // for messages: "package dash 0.5.12-2"
  Sha256Digest sha256;
  uint64_t size = 0;  // bytes
};

class Quarantine {
 public:
  // `folder` is ROOT/fetch/quarantine.
  explicit Quarantine(std::string folder) : folder_(std::move(folder)) {}

  std::string path_of(const Sha256Digest& sha256) const;
  // False: it is not there.
  Result<bool> holds(const PinnedFile& file) const;
  // Open and checked. The fetcher may write behind the descriptor: copy before use, check the copy.
  Result<UniqueFd> open(const PinnedFile& file) const;
  // The bytes, checked in memory.
  Result<std::string> read(const PinnedFile& file, uint64_t limit) const;

  // For the fetcher: moves a file of the same file system that was just checked into its place.
  Status admit(const UniqueFd& checked, const std::string& path, const Sha256Digest& sha256) const;
  Status admit_bytes(std::string_view bytes) const;

 private:
  std::string folder_;
};

}  // namespace hallmark
