// index_check.hpp: compressed forms. Decoded here as strictly as any client might, by the libraries
// that apt itself uses: of an xz file apt reads the first stream alone, so there may be one only;
// of a gzip file it reads every member, so each must be whole, and nothing else may stand in the
// file.
#include <lzma.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>

#include "signer/index_check.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16U;
constexpr uint64_t kXzMemory = uint64_t{128} << 20U;  // what xz -9 needs, and some more

using Buffer = std::array<uint8_t, kBlock>;
using TakeDecoded = std::function<Status(std::span<const uint8_t>)>;

Result<std::size_t> read_block(int fd, std::span<uint8_t> buffer, uint64_t offset) {
  std::size_t used = 0;
  while (used < buffer.size()) {
    const ssize_t n =
        ::pread(fd, buffer.data() + used, buffer.size() - used, static_cast<off_t>(offset + used));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error("index", "cannot read");
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  return used;
}

Error undecodable(const std::string& name) {
  return verification_error(name, "is not exactly one whole compressed index");
}

class XzDecoder {
 public:
  XzDecoder() = default;
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() { lzma_end(&stream_); }

  Status run(int fd, const std::string& name, const TakeDecoded& take) {
    // No LZMA_CONCATENATED: the end of the first stream is the end.
    if (lzma_stream_decoder(&stream_, kXzMemory, 0) != LZMA_OK) return undecodable(name);
    Buffer in{};
    Buffer out{};
    for (uint64_t offset = 0;;) {
      HALLMARK_TRY(const std::size_t size, read_block(fd, in, offset));
      if (size == 0) return undecodable(name);
      offset += size;
      stream_.next_in = in.data();
      stream_.avail_in = size;
      HALLMARK_TRY(const bool ended, decode(out, name, take));
      if (ended) return expect_end(fd, offset, name);
    }
  }

 private:
  Result<bool> decode(Buffer& out, const std::string& name, const TakeDecoded& take) {
    for (;;) {
      stream_.next_out = out.data();
      stream_.avail_out = out.size();
      const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
      if (code != LZMA_OK && code != LZMA_STREAM_END) return undecodable(name);
      HALLMARK_CHECK(take(std::span<const uint8_t>(out).first(out.size() - stream_.avail_out)));
      if (code == LZMA_STREAM_END) return true;
      if (stream_.avail_in == 0 && stream_.avail_out != 0) return false;
    }
  }

  Status expect_end(int fd, uint64_t offset, const std::string& name) {
    std::array<uint8_t, 1> more{};
    HALLMARK_TRY(const std::size_t size, read_block(fd, more, offset));
    if (stream_.avail_in == 0 && size == 0) return ok_status();
    return undecodable(name);
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class GzipDecoder {
 public:
  GzipDecoder() = default;
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() { inflateEnd(&stream_); }

  Status run(int fd, const std::string& name, const TakeDecoded& take) {
    constexpr int kGzipOnly = 15 + 16;  // the largest window; a gzip header, whose CRC is checked
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) return undecodable(name);
    Buffer in{};
    Buffer out{};
    bool between_members = false;
    for (uint64_t offset = 0;;) {
      HALLMARK_TRY(const std::size_t size, read_block(fd, in, offset));
      if (size == 0) return between_members ? ok_status() : Status(undecodable(name));
      offset += size;
      stream_.next_in = in.data();
      stream_.avail_in = static_cast<uInt>(size);
      HALLMARK_TRY(between_members, decode(out, name, take));
    }
  }

 private:
  // Uses up the input; true when it ended with a member.
  Result<bool> decode(Buffer& out, const std::string& name, const TakeDecoded& take) {
    for (;;) {
      stream_.next_out = out.data();
      stream_.avail_out = static_cast<uInt>(out.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return undecodable(name);
      HALLMARK_CHECK(take(std::span<const uint8_t>(out).first(out.size() - stream_.avail_out)));
      if (code == Z_STREAM_END) {
        if (stream_.avail_in == 0) return reset(name);
        HALLMARK_TRY(const bool ready, reset(name));
        static_cast<void>(ready);
      } else if (stream_.avail_in == 0 && stream_.avail_out != 0) {
        return false;
      }
    }
  }

  // What follows a member can only be another.
  Result<bool> reset(const std::string& name) {
    if (inflateReset(&stream_) != Z_OK) return undecodable(name);
    return true;
  }

  z_stream stream_{};
};

}  // namespace

Status check_compressed_form(int untrusted_fd, int plain_fd, const std::string& name) {
  const Error differs = verification_error(name, "does not decompress to the plain index");
  Buffer plain{};
  uint64_t offset = 0;
  // Stops at the first byte that differs: a bomb gets no further than the plain index is long.
  const TakeDecoded compare = [&](std::span<const uint8_t> decoded) -> Status {
    HALLMARK_TRY(const std::size_t there,
                 read_block(plain_fd, std::span(plain).first(decoded.size()), offset));
    if (there != decoded.size() || !std::equal(decoded.begin(), decoded.end(), plain.begin())) {
      return differs;
    }
    offset += decoded.size();
    return ok_status();
  };
  if (name.ends_with(".gz")) {
    HALLMARK_CHECK(GzipDecoder().run(untrusted_fd, name, compare));
  } else {
    HALLMARK_CHECK(XzDecoder().run(untrusted_fd, name, compare));
  }
  HALLMARK_TRY(const std::size_t more, read_block(plain_fd, std::span(plain).first(1), offset));
  return more == 0 ? ok_status() : Status(differs);
}

}  // namespace hallmark
