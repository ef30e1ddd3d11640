// A regular file as a bounded range of bytes, read by position; or what will be one when it is
// written.
//
// The size is taken once, when the view is made; a file that shrinks afterwards is an error, never
// a short answer. The descriptor is borrowed: it must outlive the view, and its own offset is
// neither used nor changed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct ByteSource;

class FileBytes {
 public:
  static Result<FileBytes> open(int fd);
  // Of the file that the source would be.
  static FileBytes of(ByteSource source);

  uint64_t size() const { return size_; }
  // All of `into`, or an error: bytes beyond the end are never made up.
  Status read_into(uint64_t offset, std::span<uint8_t> into) const;
  Result<std::vector<uint8_t>> read(uint64_t offset, uint64_t length) const;

 private:
  FileBytes(int fd, uint64_t size) : fd_(fd), size_(size) {}
  int fd_;  // -1: the source's
  uint64_t size_;
  std::shared_ptr<const ByteSource> source_;
};

}  // namespace hallmark
