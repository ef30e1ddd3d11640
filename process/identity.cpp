#include "process/identity.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace hallmark {

Result<std::optional<Identity>> find_identity(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(std::size_t{16} << 10U);
  const int code = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) {
    return std::optional<Identity>(Identity{name, entry.pw_uid, entry.pw_gid});
  }
  // The manual lists several codes that mean "no such user".
  if (code == 0 || code == ENOENT || code == ESRCH) return std::optional<Identity>();
  errno = code;
  return errno_error("user " + name, "cannot look up");
}

Status become(const Identity& identity) {
  const std::string subject = "user " + identity.name;
  if (identity.uid == 0) return failed(subject, "is root, which is no lesser privilege");
  if (::setgroups(0, nullptr) != 0) return errno_error(subject, "cannot drop groups");
  if (::setresgid(identity.gid, identity.gid, identity.gid) != 0) {
    return errno_error(subject, "cannot switch group");
  }
  if (::setresuid(identity.uid, identity.uid, identity.uid) != 0) {
    return errno_error(subject, "cannot switch user");
  }
  if (::setuid(0) == 0 || ::getuid() != identity.uid || ::geteuid() != identity.uid) {
    return failed(subject, "could become root again");
  }
  return ok_status();
}

}  // namespace hallmark
