// The bytes of a .deb's member, as they stand in the file.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace hallmark {

struct MemberRange {
  int fd = -1;
  uint64_t offset = 0;
  uint64_t left = 0;

  // Some of the bytes that are left, with pread; 0 where none is. -1: errno says why.
  ssize_t read(std::span<uint8_t> to);
};

}  // namespace hallmark
