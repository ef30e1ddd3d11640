// The first stream of an .xz member, and no more: what dpkg reads of it. libarchive reads all that
// follow each other, and as large a dictionary as a header asks for, which may be 4 GiB.
#pragma once

#include <lzma.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <span>

#include "verify/member_range.hpp"

namespace hallmark {

class XzDecoder {
 public:
  explicit XzDecoder(const MemberRange& range);
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() { lzma_end(&stream_); }

  // Some decompressed bytes; 0 at the stream's end. -1: malformed, cut short, too large,
  // unreadable.
  ssize_t read(std::span<uint8_t> to);

  // It would need more than 128 MiB; what xz -9 makes needs 65.
  bool needs_too_much_memory() const { return code_ == LZMA_MEMLIMIT_ERROR; }
  // The stream's end was read, and the member's is there too.
  bool at_end() const;

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10U;

  MemberRange range_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret code_ = LZMA_OK;
  std::array<uint8_t, kBlock> input_{};
};

}  // namespace hallmark
