#include "signer/private_copy.hpp"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace hallmark {
namespace {

constexpr std::chrono::seconds kPatience(30);
constexpr uint64_t kSlowest = uint64_t{8} << 20U;  // bytes a second

// A full disk is trouble of ours, and no fault of the file.
Status make_room(int fd, off_t size, const std::string& subject) {
  if (size == 0 || ::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, size) == 0) return ok_status();
  if (errno == EOPNOTSUPP) return ok_status();
  return errno_error(subject, "cannot be copied");
}

// What the kernel remembers of the file, without asking the program that may be behind it.
Result<struct statx> remembered(int dirfd, const char* path, const std::string& subject) {
  struct statx facts {};
  constexpr int kFlags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC;
  if (::statx(dirfd, path, kFlags, STATX_TYPE, &facts) == 0) return facts;
  return errno_error(subject, "cannot look at");
}

// Nothing ends a process whose read a stranger's program has taken and does not answer (FUSE): no
// signal, no time limit. So nothing is read from file systems that may be such a program: a disk
// (a device with a major number), memory (which alone knows seals), and wherever the signer's own
// files are.
Status require_answering(const Layout& layout, int untrusted_fd, const std::string& subject) {
  HALLMARK_TRY(const struct statx file, remembered(untrusted_fd, "", subject));
  if (!S_ISREG(file.stx_mode)) return verification_error(subject, "is not a regular file");
  HALLMARK_TRY(const struct statx own, remembered(AT_FDCWD, layout.sign().c_str(), "sign/"));
  const bool same =
      file.stx_dev_major == own.stx_dev_major && file.stx_dev_minor == own.stx_dev_minor;
  if (same || file.stx_dev_major != 0) return ok_status();
  if (::fcntl(untrusted_fd, F_GET_SEALS) >= 0) return ok_status();
  return verification_error(subject, "is on a file system that the signer does not trust to answer",
                            "copy it to a disk of this machine");
}

}  // namespace

TimeLimit patience_for(uint64_t bytes) {
  return TimeLimit(kPatience + std::chrono::seconds(bytes / kSlowest));
}

Status look_at(const Layout& layout, int untrusted_fd, struct stat& info,
               const std::string& subject) {
  HALLMARK_CHECK(require_answering(layout, untrusted_fd, subject));
  const TimeLimit patience = patience_for(0);
  if (::fstat(untrusted_fd, &info) == 0) return ok_status();
  return errno_error(subject, "cannot look at");
}

Result<PrivateCopy> private_copy(const Layout& layout, int untrusted_fd, uint64_t limit,
                                 const std::string& subject) {
  struct stat info {};
  HALLMARK_CHECK(look_at(layout, untrusted_fd, info, subject));
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > limit) {
    return verification_error(
        subject, "is larger than the " + std::to_string(limit) + " bytes expected of it");
  }
  PrivateCopy copy;
  HALLMARK_TRY(copy.fd, unnamed_file(layout.sign()));
  HALLMARK_CHECK(make_room(copy.fd.get(), info.st_size, subject));
  const TimeLimit patience = patience_for(size);
  Result<DigestedCopy> copied = copy_and_digest(untrusted_fd, size, copy.fd.get());
  if (!copied.ok()) return verification_error(subject, copied.error().cause);
  copy.digest = copied->digest;
  copy.marks = std::move(copied->marks);
  return copy;
}

}  // namespace hallmark
