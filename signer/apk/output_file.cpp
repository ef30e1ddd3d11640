#include "signer/apk/output_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace hallmark {

Status fill_or_empty(int out_fd, const std::function<Status()>& write) {
  struct stat info {};
  if (::fstat(out_fd, &info) != 0) return errno_error("output", "cannot look at");
  if (!S_ISREG(info.st_mode) || info.st_size != 0) {
    return failed("output", "is not an empty regular file");
  }
  Status written = write();
  if (!written.ok() && ::ftruncate(out_fd, 0) != 0) {
    return errno_error("output", "cannot empty after a failure");
  }
  return written;
}

}  // namespace hallmark
