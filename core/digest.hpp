// SHA-256 of memory and of files, streaming, by OpenSSL (which uses the CPU's SHA instructions).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"

struct evp_md_ctx_st;

namespace hallmark {

class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept;
  ~Sha256Hasher();

  void update(std::span<const uint8_t> bytes);
  void update(std::string_view text) { update(as_bytes(text)); }
  // A second one that goes on from here.
  Sha256Hasher copy() const;
  // Ends the computation; the hasher is not used again.
  Sha256Digest finish();

 private:
  struct ContextDeleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, ContextDeleter> context_;
};

Sha256Digest sha256(std::string_view text);

struct FileDigest {
  Sha256Digest sha256;
  uint64_t size = 0;  // bytes
};

// Of the whole file from offset 0, whatever the descriptor's own offset.
using Sha512Digest = Bytes<struct Sha512Tag, 64>;
Result<Sha512Digest> sha512_fd(int fd);
// The whole file from offset 0, whatever the descriptor's own offset.
Result<FileDigest> digest_fd(int fd);

}  // namespace hallmark
