#include "core/fd.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18U;

Result<std::size_t> pread_some(int fd, char* buffer, std::size_t size, uint64_t offset) {
  for (;;) {
    const ssize_t n = ::pread(fd, buffer, size, static_cast<off_t>(offset));
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return errno_error("file", "cannot read");
  }
}

// The size of a regular file; anything else is an error.
Result<uint64_t> regular_size(int fd, const std::string& subject) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error(subject, "cannot look at");
  if (!S_ISREG(info.st_mode)) return failed(subject, "is not a regular file");
  return static_cast<uint64_t>(info.st_size);
}

// A temporary name that two writers of one process never share, and that a crash leaves visible as
// what it is.
std::string temporary_name(const std::string& name) {
  return "." + name + ".new-" + std::to_string(::getpid());
}

}  // namespace

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<UniqueFd> open_at(int dirfd, const std::string& path, int flags, mode_t mode) {
  for (;;) {
    const int fd = ::openat(dirfd, path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return UniqueFd(fd);
    if (errno != EINTR) return errno_error(path, "cannot open");
  }
}

Result<UniqueFd> open_dir(const std::string& path) {
  return open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
}

Result<UniqueFd> open_file(const std::string& path) {
  HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  HALLMARK_CHECK(regular_size(fd.get(), path));
  return fd;
}

Result<UniqueFd> unnamed_file(const std::string& directory) {
  return open_at(AT_FDCWD, directory, O_TMPFILE | O_RDWR, 0600);
}

Result<std::string> read_all(int fd, uint64_t limit, const std::string& subject) {
  HALLMARK_TRY(const uint64_t size, regular_size(fd, subject));
  const Error too_large =
      failed(subject, "is larger than the limit of " + std::to_string(limit) + " bytes");
  if (size > limit) return too_large;

  // One byte more than the size said: a file that grows under us is noticed, not cut.
  std::string out(size + 1, '\0');
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) out.resize(out.size() + kBlock);
    HALLMARK_TRY(const std::size_t n, pread_some(fd, out.data() + used, out.size() - used, used));
    used += n;
    if (used > limit) return too_large;
    if (n == 0) break;
  }
  out.resize(used);
  return out;
}

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  HALLMARK_TRY(const UniqueFd fd, open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  return read_all(fd.get(), limit, path);
}

Result<std::string> read_file_at(int dirfd, const std::string& name, uint64_t limit) {
  HALLMARK_TRY(const UniqueFd fd, open_at(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  return read_all(fd.get(), limit, name);
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno_error("file", "cannot write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ok_status();
}

Result<uint64_t> copy_fd(int from, int to, uint64_t limit) {
  std::string buffer(kBlock, '\0');
  uint64_t copied = 0;
  for (;;) {
    HALLMARK_TRY(const std::size_t n, pread_some(from, buffer.data(), buffer.size(), copied));
    if (n == 0) return copied;
    copied += n;
    if (copied > limit) {
      return failed("file", "is larger than the limit of " + std::to_string(limit) + " bytes");
    }
    HALLMARK_CHECK(write_all(to, std::string_view(buffer).substr(0, n)));
  }
}

Status sync_fd(int fd, const std::string& subject) {
  if (::fsync(fd) != 0) return errno_error(subject, "cannot flush to disk");
  return ok_status();
}

Status write_file_atomic(int dirfd, const std::string& name, std::string_view bytes, mode_t mode,
                         std::optional<FileOwner> owner) {
  const std::string temporary = temporary_name(name);
  ::unlinkat(dirfd, temporary.c_str(), 0);
  HALLMARK_TRY(UniqueFd fd,
               open_at(dirfd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  Status written = write_all(fd.get(), bytes);
  if (written.ok() && ::fchmod(fd.get(), mode) != 0) written = errno_error(name, "cannot set mode");
  if (written.ok() && owner && ::fchown(fd.get(), owner->uid, owner->gid) != 0) {
    written = errno_error(name, "cannot set the owner");
  }
  if (written.ok()) written = sync_fd(fd.get(), name);
  if (written.ok() && ::renameat(dirfd, temporary.c_str(), dirfd, name.c_str()) != 0) {
    written = errno_error(name, "cannot move into place");
  }
  if (!written.ok()) {
    ::unlinkat(dirfd, temporary.c_str(), 0);
    return written;
  }
  return sync_fd(dirfd, name);
}

Status make_dirs(const std::string& path, mode_t mode) {
  // Mostly it is there, or lacks its last part alone.
  if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return ok_status();
  std::filesystem::path so_far;
  for (const auto& part : std::filesystem::path(path)) {
    so_far /= part;
    if (::mkdir(so_far.c_str(), mode) != 0 && errno != EEXIST && errno != EISDIR) {
      return errno_error(so_far.string(), "cannot make directory");
    }
  }
  return ok_status();
}

}  // namespace hallmark
