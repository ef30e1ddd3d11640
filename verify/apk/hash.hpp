// The hash functions that APK signatures use, by OpenSSL (which uses the CPU's SHA instructions).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct evp_md_ctx_st;
struct evp_md_st;

namespace hallmark {

// SHA-1 is for v1 signatures on devices below Android 4.3 alone; no scheme since has it.
enum class HashAlgorithm { kSha1, kSha256, kSha384, kSha512 };

const evp_md_st* openssl_hash(HashAlgorithm algorithm);

// Computes digests one after the other: start(), update() as often as needed, finish(). Not for two
// threads at once.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);  // started
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void start();
  void update(std::span<const uint8_t> bytes);
  // `into` is as long as the digest.
  void finish(std::span<uint8_t> into);
  std::vector<uint8_t> finish();
  std::size_t size() const;  // of the digest, in bytes

 private:
  struct ContextDeleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  const evp_md_st* hash_;
  std::unique_ptr<evp_md_ctx_st, ContextDeleter> context_;
};

std::vector<uint8_t> hash_bytes(HashAlgorithm algorithm, std::span<const uint8_t> bytes);

}  // namespace hallmark
