#include "core/digest.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace hallmark {
namespace {

// libcrypto's digest calls fail only when memory is gone or SHA-256 is missing; there is no honest
// way to go on without a digest.
void require(int result) {
  if (result != 1) std::abort();
}

}  // namespace

void Sha256Hasher::ContextDeleter::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Hasher::Sha256Hasher() : context_(EVP_MD_CTX_new()) {
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;
Sha256Hasher::~Sha256Hasher() = default;

void Sha256Hasher::update(std::span<const uint8_t> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha256Hasher Sha256Hasher::copy() const {
  Sha256Hasher out;
  require(EVP_MD_CTX_copy_ex(out.context_.get(), context_.get()));
  return out;
}

Sha256Digest Sha256Hasher::finish() {
  std::array<uint8_t, Sha256Digest::kSize> out{};
  require(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
  return Sha256Digest(out);
}

Sha256Digest sha256(std::string_view text) {
  Sha256Hasher hasher;
  hasher.update(text);
  return hasher.finish();
}

namespace {

// Every byte of the file, in order; returns how many there were.
template <typename Take>
Result<uint64_t> read_through(int fd, const Take& take) {
  constexpr std::size_t kBlock = std::size_t{1} << 20U;
  std::string buffer(kBlock, '\0');
  uint64_t offset = 0;
  for (;;) {
    const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno_error("file", "cannot read");
    }
    if (n == 0) break;
    take(std::string_view(buffer).substr(0, static_cast<std::size_t>(n)));
    offset += static_cast<uint64_t>(n);
  }
  return offset;
}

}  // namespace

Result<FileDigest> digest_fd(int fd) {
  Sha256Hasher hasher;
  HALLMARK_TRY(const uint64_t size,
               read_through(fd, [&hasher](std::string_view part) { hasher.update(part); }));
  return FileDigest{hasher.finish(), size};
}

Result<Sha512Digest> sha512_fd(int fd) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  require(EVP_DigestInit_ex(context.get(), EVP_sha512(), nullptr));
  HALLMARK_TRY(const uint64_t size, read_through(fd, [&context](std::string_view part) {
                 require(EVP_DigestUpdate(context.get(), part.data(), part.size()));
               }));
  static_cast<void>(size);
  std::array<uint8_t, Sha512Digest::kSize> out{};
  require(EVP_DigestFinal_ex(context.get(), out.data(), nullptr));
  return Sha512Digest(out);
}

}  // namespace hallmark
