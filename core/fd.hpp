// File descriptors that close themselves, and whole-file reading and writing on them.
//
// Everything works on descriptors or on a directory descriptor and a name, never on a path that was
// looked at before. Descriptors are always close-on-exec.
#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// openat(2) with O_CLOEXEC; `dirfd` may be AT_FDCWD.
Result<UniqueFd> open_at(int dirfd, const std::string& path, int flags, mode_t mode = 0);
Result<UniqueFd> open_dir(const std::string& path);
// A regular file, for reading. Anything else is refused at once; a pipe would have us wait for a
// writer.
Result<UniqueFd> open_file(const std::string& path);
// A regular file that has no name: gone when the last descriptor is closed.
Result<UniqueFd> unnamed_file(const std::string& directory);

// The whole file from offset 0. More than `limit` bytes is an error, and so is anything but a
// regular file. The descriptor's own offset is neither used nor changed.
Result<std::string> read_all(int fd, uint64_t limit, const std::string& subject);
Result<std::string> read_file(const std::string& path, uint64_t limit);
Result<std::string> read_file_at(int dirfd, const std::string& name, uint64_t limit);

Status write_all(int fd, std::string_view bytes);
// Copies the whole file `from` (offset 0 to its end) to the current offset of `to`; returns the
// number of bytes. More than `limit` is an error.
Result<uint64_t> copy_fd(int from, int to, uint64_t limit);

struct FileOwner {
  uid_t uid;
  gid_t gid;
};
// `name` in `dirfd` holds either its old or all of its new bytes, and they are on disk on return.
// With `owner` the file is given away before it has its name: whoever else may write in the folder
// has no moment to put another file there to be given away.
Status write_file_atomic(int dirfd, const std::string& name, std::string_view bytes, mode_t mode,
                         std::optional<FileOwner> owner = std::nullopt);
Status sync_fd(int fd, const std::string& subject);

// mkdir -p. Directories that exist are left as they are.
Status make_dirs(const std::string& path, mode_t mode);

}  // namespace hallmark
