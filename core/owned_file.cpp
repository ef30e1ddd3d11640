#include "core/owned_file.hpp"

#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace hallmark {
namespace {

Result<UniqueFd> open_without_links(int folder, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  for (;;) {
    const long fd = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how));
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    if (errno == ELOOP || errno == EXDEV) {
      return verification_error(path, "leads through a link, where there should be none");
    }
    if (errno != EINTR && errno != EAGAIN) return errno_error(path, "cannot open");
  }
}

}  // namespace

Result<UniqueFd> open_below(const std::string& trusted_root, const SafePath& below) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(trusted_root));
  HALLMARK_TRY(UniqueFd file, open_without_links(folder.get(), below.str()));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return errno_error(below.str(), "cannot look at");
  if (S_ISREG(info.st_mode)) return file;
  return verification_error(below.str(), "is not a regular file");
}

Result<UniqueFd> open_owned(const std::string& trusted_root, const SafePath& below, uid_t owner) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(trusted_root));
  HALLMARK_TRY(UniqueFd file, open_without_links(folder.get(), below.str()));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return errno_error(below.str(), "cannot look at");
  if (S_ISREG(info.st_mode) && info.st_uid == owner) return file;
  return verification_error(below.str(),
                            "is not a regular file of the user who should have made it");
}

}  // namespace hallmark
