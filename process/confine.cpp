#include "process/confine.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace hallmark {
namespace {

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

Error filter_error(int code, const char* what) {
  errno = -code;
  return errno_error("system call filter", what);
}

Status refuse_call(const Filter& filter, int call) {
  const int code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
  if (code != 0) return filter_error(code, "cannot add a rule");
  return ok_status();
}

// Every address family but AF_UNIX, for socket(2) and socketpair(2).
Status refuse_other_families(const Filter& filter, int call) {
  const scmp_arg_cmp other{0, SCMP_CMP_NE, AF_UNIX, 0};  // the first argument
  const int code =
      seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1, &other);
  if (code != 0) return filter_error(code, "cannot add a rule");
  return ok_status();
}

}  // namespace

Status harden_process() {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0) {
    return errno_error("process", "cannot forbid core dumps");
  }
  ::umask(022);
  if (::clearenv() != 0 || ::setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) != 0 ||
      ::setenv("LANG", "C.UTF-8", 1) != 0 || ::setenv("TZ", "UTC", 1) != 0) {
    return failed("process", "cannot clean the environment");
  }
  return ok_status();
}

Status forbid_network() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed("system call filter", "cannot be made");
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
    HALLMARK_CHECK(refuse_other_families(filter, call));
  }
  for (const int call : {SCMP_SYS(io_uring_setup), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
                         SCMP_SYS(process_vm_writev)}) {
    HALLMARK_CHECK(refuse_call(filter, call));
  }
  // The filter must survive every exec below this process: no_new_privs is libseccomp's default.
  const int code = seccomp_load(filter.get());
  if (code != 0) return filter_error(code, "cannot load");
  return ok_status();
}

Status leave_network() {
  if (::unshare(CLONE_NEWNET) != 0) return errno_error("process", "cannot leave the network");
  return ok_status();
}

}  // namespace hallmark
