#include "reproducible/sandbox_filter.hpp"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>

namespace hallmark {
namespace {

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

constexpr int kRefused[] = {
    // keys
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    // ways into the kernel that have been holes again and again
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(lookup_dcookie),
    SCMP_SYS(modify_ldt),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(vmsplice),
    SCMP_SYS(fanotify_init),
    // other processes
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(process_madvise),
    // mounts, roots and namespaces
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    // the machine
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(quotactl_fd),
    SCMP_SYS(syslog),
    SCMP_SYS(vhangup),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex),
};

// The macros of seccomp.h for this are C, not C++.
scmp_arg_cmp argument(unsigned index, scmp_compare how, scmp_datum_t a, scmp_datum_t b = 0) {
  return {index, how, a, b};
}

class FilterBuilder {
 public:
  explicit FilterBuilder(Filter filter) : filter_(std::move(filter)) {}

  // Only the first failure is kept.
  void refuse(int call, int error, std::initializer_list<scmp_arg_cmp> when = {}) {
    if (code_ != 0) return;
    code_ = seccomp_rule_add_array(filter_.get(), SCMP_ACT_ERRNO(static_cast<uint32_t>(error)),
                                   call, static_cast<unsigned>(when.size()), when.begin());
  }

  Status write_to(int fd) {
    if (code_ == 0) code_ = seccomp_export_bpf(filter_.get(), fd);
    if (code_ == 0) return ok_status();
    errno = -code_;
    return errno_error("sandbox filter", "cannot make");
  }

 private:
  Filter filter_;
  int code_ = 0;
};

// "None of a set" cannot be said of one argument in one rule: so every other value is refused by
// its own rule, and all above the greatest by one more.
void refuse_socket_families(FilterBuilder& builder) {
  constexpr std::array<int, 4> kAllowed = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
    for (int family = 0; family <= AF_NETLINK; ++family) {
      if (std::find(kAllowed.begin(), kAllowed.end(), family) != kAllowed.end()) continue;
      builder.refuse(call, EAFNOSUPPORT,
                     {argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family))});
    }
    builder.refuse(call, EAFNOSUPPORT, {argument(0, SCMP_CMP_GT, AF_NETLINK)});
  }
  builder.refuse(SCMP_SYS(socket), EPROTONOSUPPORT,
                 {argument(0, SCMP_CMP_EQ, AF_NETLINK), argument(2, SCMP_CMP_NE, 0)});
}

void refuse_namespaces(FilterBuilder& builder) {
  for (const scmp_datum_t flag :
       {scmp_datum_t{CLONE_NEWUSER}, scmp_datum_t{CLONE_NEWNS}, scmp_datum_t{CLONE_NEWPID},
        scmp_datum_t{CLONE_NEWNET}, scmp_datum_t{CLONE_NEWIPC}, scmp_datum_t{CLONE_NEWUTS},
        scmp_datum_t{CLONE_NEWCGROUP}}) {
    builder.refuse(SCMP_SYS(clone), EPERM, {argument(0, SCMP_CMP_MASKED_EQ, flag, flag)});
  }
  // Its flags are in memory, where a filter cannot look. The C library then falls back to clone.
  builder.refuse(SCMP_SYS(clone3), ENOSYS);
}

}  // namespace

Result<UniqueFd> make_sandbox_filter() {
  Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed("sandbox filter", "cannot be made");
  // Another architecture's calls have other numbers: none of them exists here.
  if (seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)) != 0) {
    return failed("sandbox filter", "cannot refuse foreign architectures");
  }
  FilterBuilder builder(std::move(filter));
  for (const int call : kRefused) builder.refuse(call, EPERM);
  refuse_socket_families(builder);
  refuse_namespaces(builder);
  for (const scmp_datum_t request : {scmp_datum_t{TIOCSTI}, scmp_datum_t{TIOCLINUX}}) {
    builder.refuse(SCMP_SYS(ioctl), EPERM, {argument(1, SCMP_CMP_MASKED_EQ, 0xffffffffU, request)});
  }

  UniqueFd program(::memfd_create("hallmark-sandbox-filter", MFD_CLOEXEC));
  if (!program) return errno_error("sandbox filter", "cannot make a file for");
  HALLMARK_CHECK(builder.write_to(program.get()));
  if (::lseek(program.get(), 0, SEEK_SET) != 0)
    return errno_error("sandbox filter", "cannot rewind");
  return program;
}

}  // namespace hallmark
