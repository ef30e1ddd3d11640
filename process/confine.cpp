#include "process/confine.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

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

struct Argument {
  unsigned position;
  scmp_compare comparison;
  uint64_t value;
  uint64_t masked_value = 0;
};

Status add_rule(const Filter& filter, uint32_t action, int call,
                const std::optional<Argument>& argument = std::nullopt) {
  scmp_arg_cmp condition{};
  if (argument) {
    condition = {argument->position, argument->comparison, argument->value, argument->masked_value};
  }
  const int code = seccomp_rule_add_array(filter.get(), action, call, argument ? 1 : 0, &condition);
  // Not every architecture has every call.
  return code == 0 || code == -EDOM ? ok_status() : Status(filter_error(code, "cannot add a rule"));
}

// Every address family but AF_UNIX fails as on a machine that lacks it.
Status allow_unix_sockets(const Filter& filter) {
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
    HALLMARK_CHECK(add_rule(filter, SCMP_ACT_ALLOW, call, Argument{0, SCMP_CMP_EQ, AF_UNIX}));
    HALLMARK_CHECK(
        add_rule(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, Argument{0, SCMP_CMP_NE, AF_UNIX}));
  }
  return ok_status();
}

// Processes and threads, in the namespaces that there are. clone3, whose flags no filter sees, is
// not there: the C library then uses clone.
Status allow_clone(const Filter& filter) {
  constexpr uint64_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                   CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  return add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone),
                  Argument{0, SCMP_CMP_MASKED_EQ, kNamespaces, 0});
}

// Asking whether something is a terminal; dying with the parent, and naming a thread.
Status allow_some_of(const Filter& filter) {
  for (const uint64_t request : {uint64_t{TCGETS}, uint64_t{TIOCGWINSZ}, uint64_t{FIONREAD}}) {
    HALLMARK_CHECK(
        add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), Argument{1, SCMP_CMP_EQ, request}));
  }
  for (const uint64_t option : {uint64_t{PR_SET_PDEATHSIG}, uint64_t{PR_SET_NAME}}) {
    HALLMARK_CHECK(
        add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), Argument{0, SCMP_CMP_EQ, option}));
  }
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

Status allow_system_calls(std::span<const char* const> names) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return failed("system call filter", "cannot be made");
  for (const char* name : names) {
    const int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR) return failed("system call filter", std::string(name) + "?");
    HALLMARK_CHECK(add_rule(filter, SCMP_ACT_ALLOW, call));
  }
  HALLMARK_CHECK(allow_unix_sockets(filter));
  HALLMARK_CHECK(allow_clone(filter));
  HALLMARK_CHECK(allow_some_of(filter));
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
