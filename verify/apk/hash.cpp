#include "verify/apk/hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace hallmark {
namespace {

// libcrypto's digests fail only without memory or without the hash; there is no honest way to go
// on.
void require(bool holds) {
  if (!holds) std::abort();
}

// Looked up once, for as long as the process lives: EVP_sha256() and its like are looked up again
// each time a digest is begun, which is a tenth of the time that a block of a hash tree takes.
const evp_md_st* fetch(const char* name) {
  const EVP_MD* hash = EVP_MD_fetch(nullptr, name, nullptr);
  require(hash != nullptr);
  return hash;
}

}  // namespace

const evp_md_st* openssl_hash(HashAlgorithm algorithm) {
  static const std::array<const evp_md_st*, 4> hashes = {fetch("SHA1"), fetch("SHA256"),
                                                         fetch("SHA384"), fetch("SHA512")};
  switch (algorithm) {
    case HashAlgorithm::kSha1:
      return hashes[0];
    case HashAlgorithm::kSha256:
      return hashes[1];
    case HashAlgorithm::kSha384:
      return hashes[2];
    case HashAlgorithm::kSha512:
      break;
  }
  return hashes[3];
}

void Hasher::ContextDeleter::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Hasher::Hasher(HashAlgorithm algorithm)
    : hash_(openssl_hash(algorithm)), context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  start();
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::start() { require(EVP_DigestInit_ex(context_.get(), hash_, nullptr) == 1); }

void Hasher::update(std::span<const uint8_t> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

void Hasher::finish(std::span<uint8_t> into) {
  require(into.size() == size() && EVP_DigestFinal_ex(context_.get(), into.data(), nullptr) == 1);
}

std::vector<uint8_t> Hasher::finish() {
  std::vector<uint8_t> out(size());
  finish(out);
  return out;
}

std::size_t Hasher::size() const { return static_cast<std::size_t>(EVP_MD_get_size(hash_)); }

std::vector<uint8_t> hash_bytes(HashAlgorithm algorithm, std::span<const uint8_t> bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace hallmark
