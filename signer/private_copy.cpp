#include "signer/private_copy.hpp"

#include <sys/stat.h>

namespace hallmark {

Result<PrivateCopy> private_copy(const Layout& layout, int untrusted_fd, uint64_t limit,
                                 const std::string& subject) {
  struct stat info {};
  if (::fstat(untrusted_fd, &info) != 0) return errno_error(subject, "cannot look at");
  if (!S_ISREG(info.st_mode)) return verification_error(subject, "is not a regular file");
  if (static_cast<uint64_t>(info.st_size) > limit) {
    return verification_error(
        subject, "is larger than the " + std::to_string(limit) + " bytes expected of it");
  }
  PrivateCopy copy;
  HALLMARK_TRY(copy.fd, unnamed_file(layout.sign()));
  const Result<uint64_t> copied = copy_fd(untrusted_fd, copy.fd.get(), limit);
  if (!copied.ok()) return verification_error(subject, copied.error().cause);
  HALLMARK_TRY(copy.digest, digest_fd(copy.fd.get()));
  return copy;
}

}  // namespace hallmark
