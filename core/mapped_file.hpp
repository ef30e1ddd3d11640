// A file's bytes in the address space, read-only, without a copy of them.
//
// Only for files that nobody else can change or cut: a private copy, say. Of a file that shrinks
// under us the kernel ends the process.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/result.hpp"

namespace hallmark {

class MappedFile {
 public:
  // The whole file. More than `limit` bytes is an error. The descriptor may be closed afterwards.
  static Result<MappedFile> map(int fd, uint64_t limit, const std::string& subject);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const uint8_t> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  const uint8_t* data_;  // null: an empty file, or moved from
  std::size_t size_;
};

}  // namespace hallmark
