#include "verify/apk/file_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "verify/apk/byte_source.hpp"

namespace hallmark {

Result<FileBytes> FileBytes::open(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error("file", "cannot look at");
  if (!S_ISREG(info.st_mode)) return failed("file", "is not a regular file");
  return FileBytes(fd, static_cast<uint64_t>(info.st_size));
}

FileBytes FileBytes::of(ByteSource source) {
  FileBytes file(-1, source.size);
  file.source_ = std::make_shared<const ByteSource>(std::move(source));
  return file;
}

Status FileBytes::read_into(uint64_t offset, std::span<uint8_t> into) const {
  if (offset > size_ || into.size() > size_ - offset) {
    return failed("file", "ends before the bytes that were asked for");
  }
  if (source_) return source_->read(offset, into);
  while (!into.empty()) {
    const ssize_t n = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno_error("file", "cannot read");
    }
    if (n == 0) return failed("file", "became shorter while it was read");
    into = into.subspan(static_cast<std::size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return ok_status();
}

Result<std::vector<uint8_t>> FileBytes::read(uint64_t offset, uint64_t length) const {
  if (offset > size_ || length > size_ - offset) {
    return failed("file", "ends before the bytes that were asked for");
  }
  std::vector<uint8_t> out(length);
  HALLMARK_CHECK(read_into(offset, out));
  return out;
}

}  // namespace hallmark
