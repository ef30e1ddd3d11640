// A regular file as a bounded range of bytes, read by position.
//
// The size is taken once, when the view is made; a file that shrinks afterwards is an error, never
// a short answer. The descriptor is borrowed: it must outlive the view, and its own offset is
// neither used nor changed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

class FileBytes {
 public:
  static Result<FileBytes> open(int fd);

  uint64_t size() const { return size_; }
  // All of `into`, or an error: bytes beyond the end are never made up.
  Status read_into(uint64_t offset, std::span<uint8_t> into) const;
  Result<std::vector<uint8_t>> read(uint64_t offset, uint64_t length) const;

 private:
  FileBytes(int fd, uint64_t size) : fd_(fd), size_(size) {}
  int fd_;
  uint64_t size_;
};

}  // namespace hallmark
