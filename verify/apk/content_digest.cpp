#include "verify/apk/content_digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kChunkSize = uint64_t{1} << 20U;
constexpr uint8_t kChunkPrefix = 0xa5;
constexpr uint8_t kTopPrefix = 0x5a;

// libcrypto's digests fail only without memory or without SHA-2; there is no honest way to go on.
void require(int result) {
  if (result != 1) std::abort();
}

class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm)
      : hash_(algorithm == HashAlgorithm::kSha256 ? EVP_sha256() : EVP_sha512()),
        context_(EVP_MD_CTX_new()) {
    start();
  }

  void start() { require(EVP_DigestInit_ex(context_.get(), hash_, nullptr)); }
  void update(std::span<const uint8_t> bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }
  std::vector<uint8_t> finish() {
    std::vector<uint8_t> out(static_cast<std::size_t>(EVP_MD_get_size(hash_)));
    require(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
    return out;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  const EVP_MD* hash_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

std::array<uint8_t, 5> prefix(uint8_t kind, uint32_t number) {
  std::array<uint8_t, 5> out{kind};
  for (std::size_t i = 0; i < 4; ++i) out[i + 1] = static_cast<uint8_t>(number >> (8 * i));
  return out;
}

// One content digest in the making.
class ChunkedDigest {
 public:
  ChunkedDigest(HashAlgorithm algorithm, uint32_t chunk_count)
      : chunk_(algorithm), top_(algorithm) {
    top_.update(prefix(kTopPrefix, chunk_count));
  }

  void add_chunk(std::span<const uint8_t> bytes) {
    chunk_.start();
    chunk_.update(prefix(kChunkPrefix, static_cast<uint32_t>(bytes.size())));
    chunk_.update(bytes);
    top_.update(chunk_.finish());
  }
  std::vector<uint8_t> finish() { return top_.finish(); }

 private:
  Hasher chunk_;
  Hasher top_;
};

uint64_t count_chunks(const std::vector<ByteSource>& sections) {
  uint64_t count = 0;
  for (const ByteSource& section : sections) {
    count += section.size / kChunkSize + (section.size % kChunkSize != 0 ? 1 : 0);
  }
  return count;
}

}  // namespace

Result<ContentDigests> content_digests(const std::vector<ByteSource>& sections,
                                       const std::set<HashAlgorithm>& algorithms) {
  const uint64_t chunk_count = count_chunks(sections);
  if (chunk_count > 0xffffffff) return failed("content digest", "is of more than 2^32 chunks");
  std::map<HashAlgorithm, ChunkedDigest> digests;
  for (const HashAlgorithm algorithm : algorithms) {
    digests.try_emplace(algorithm, algorithm, static_cast<uint32_t>(chunk_count));
  }
  std::vector<uint8_t> buffer(kChunkSize);
  for (const ByteSource& section : sections) {
    for (uint64_t offset = 0; offset < section.size; offset += kChunkSize) {
      const auto chunk = std::span(buffer).first(std::min(kChunkSize, section.size - offset));
      HALLMARK_CHECK(section.read(offset, chunk));
      for (auto& [algorithm, digest] : digests) digest.add_chunk(chunk);
    }
  }
  ContentDigests out;
  for (auto& [algorithm, digest] : digests) out[algorithm] = digest.finish();
  return out;
}

}  // namespace hallmark
