#include "reproducible/locked_file.hpp"

#include "core/digest.hpp"

namespace hallmark {

Status check_locked_file(const LockedFile& locked, int fd) {
  HALLMARK_TRY(const FileDigest digest, digest_fd(fd));
  if (digest.sha256 == locked.sha256 && digest.size == locked.size) return ok_status();
  return verification_error(
      "source file " + locked.name,
      "has sha256 " + digest.sha256.hex() + ", and the lock says " + locked.sha256.hex(),
      "it was changed after it was pinned; remove it and fetch again");
}

}  // namespace hallmark
