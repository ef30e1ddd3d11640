#include "process/read_only.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

namespace hallmark {

bool make_read_only(std::span<const char* const> paths) {
  // MS_SLAVE: or the machine would have these mounts, too.
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return false;
  }
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  for (const char* path : paths) {
    if (::mount(path, path, nullptr, MS_BIND, nullptr) != 0 ||
        ::mount_setattr(AT_FDCWD, path, 0, &read_only, sizeof(read_only)) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace hallmark
