#include "core/owned_file.hpp"

#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace hallmark {
namespace {

Result<UniqueFd> open_without_links(int folder, const std::string& path, uint64_t flags = 0) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags;
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

Result<UniqueFd> open_dir_below(const std::string& trusted_root, const SafePath& below) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(trusted_root));
  return open_without_links(folder.get(), below.str(), O_DIRECTORY);
}

Result<UniqueFd> make_dir_below(const std::string& trusted_root, const SafePath& below,
                                mode_t mode) {
  HALLMARK_TRY(UniqueFd folder, open_dir(trusted_root));
  std::string_view rest = below.str();
  while (!rest.empty()) {
    const std::string part(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (::mkdirat(folder.get(), part.c_str(), mode) != 0 && errno != EEXIST) {
      return errno_error(below.str(), "cannot make");
    }
    HALLMARK_TRY(folder, open_without_links(folder.get(), part, O_DIRECTORY));
  }
  return folder;
}

}  // namespace hallmark
