#include "process/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "core/fd.hpp"

namespace hallmark {
namespace {

// Debian 12's header ends at version 2. What came later, as <linux/landlock.h> of Linux 6.12 has
// it.
constexpr uint64_t kRefer = uint64_t{1} << 13U;        // version 2
constexpr uint64_t kTruncate = uint64_t{1} << 14U;     // version 3
constexpr uint64_t kBindAndConnectTcp = 3;             // version 4
constexpr uint64_t kIoctlDevice = uint64_t{1} << 15U;  // version 5
constexpr uint64_t kAbstractSocketsAndSignals = 3;     // version 6

struct Ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

constexpr uint64_t kVersion1 = (uint64_t{1} << 13U) - 1;
constexpr uint64_t kRun = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// Not: programs, devices, sockets, FIFOs, symbolic links.
constexpr uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                            LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                            LANDLOCK_ACCESS_FS_MAKE_REG | kRefer | kTruncate | kIoctlDevice;
// All that can be said of something that is no folder.
constexpr uint64_t kOfFiles = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                              LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDevice;

int kernel_version() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

Ruleset everything(int version) {
  Ruleset rules{kVersion1, 0, 0};
  if (version >= 2) rules.handled_access_fs |= kRefer;
  if (version >= 3) rules.handled_access_fs |= kTruncate;
  if (version >= 4) rules.handled_access_net = kBindAndConnectTcp;
  if (version >= 5) rules.handled_access_fs |= kIoctlDevice;
  if (version >= 6) rules.scoped = kAbstractSocketsAndSignals;
  return rules;
}

// A kernel refuses a structure that is longer than the one it knows, unless the rest is zero.
Result<UniqueFd> make_ruleset(const Ruleset& rules) {
  const long fd = ::syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
  if (fd < 0) return errno_error("Landlock", "cannot make rules");
  return UniqueFd(static_cast<int>(fd));
}

Status allow(const UniqueFd& ruleset, uint64_t handled, const std::string& path, uint64_t access) {
  const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return ok_status();
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return errno_error(path, "cannot look at");
  if (!S_ISDIR(info.st_mode)) access &= kOfFiles;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access & handled;
  rule.parent_fd = fd.get();
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) {
    return ok_status();
  }
  return errno_error(path, "cannot be allowed by Landlock");
}

Status allow_all(const UniqueFd& ruleset, uint64_t handled, const std::vector<std::string>& paths,
                 uint64_t access) {
  for (const std::string& path : paths) HALLMARK_CHECK(allow(ruleset, handled, path, access));
  return ok_status();
}

}  // namespace

Result<int> restrict_files(const ReachableFiles& files) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return errno_error("process", "cannot give up new privileges");
  }
  const int version = kernel_version();
  if (version == 0) return 0;
  const Ruleset rules = everything(version);
  const uint64_t handled = rules.handled_access_fs;
  HALLMARK_TRY(const UniqueFd ruleset, make_ruleset(rules));
  HALLMARK_CHECK(allow_all(ruleset, handled, files.run, kRun));
  HALLMARK_CHECK(allow_all(ruleset, handled, files.read, kRead));
  HALLMARK_CHECK(allow_all(ruleset, handled, files.write, kWrite));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return errno_error("Landlock", "cannot restrict this process");
  }
  return version;
}

}  // namespace hallmark
