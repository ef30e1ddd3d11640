#include "process/deny_list.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace hallmark {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "which architecture's system calls are these?"
#endif

// Calls of the x32 ABI have this bit, and other numbers than the table's.
constexpr uint32_t kOtherAbi = 0x40000000;

constexpr std::array<uint32_t, 24> kDenied = {SYS_ptrace,
                                              SYS_process_vm_readv,
                                              SYS_process_vm_writev,
                                              SYS_pidfd_getfd,
                                              SYS_kcmp,
                                              SYS_io_uring_setup,
                                              SYS_bpf,
                                              SYS_perf_event_open,
                                              SYS_userfaultfd,
                                              SYS_mount,
                                              SYS_umount2,
                                              SYS_pivot_root,
                                              SYS_unshare,
                                              SYS_setns,
                                              SYS_init_module,
                                              SYS_finit_module,
                                              SYS_delete_module,
                                              SYS_kexec_load,
                                              SYS_add_key,
                                              SYS_request_key,
                                              SYS_keyctl,
                                              SYS_fsopen,
                                              SYS_move_mount,
                                              SYS_open_by_handle_at};

constexpr uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

constexpr uint32_t refuse(int error) { return SECCOMP_RET_ERRNO | static_cast<uint32_t>(error); }

// A program for the kernel's packet filter, line by line. No memory is allocated.
class Program {
 public:
  void load(std::size_t offset) {
    add({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<uint32_t>(offset)});
  }
  void answer(uint32_t action) { add({BPF_RET | BPF_K, 0, 0, action}); }
  // What was loaded is `value`: this is the answer. Else the next line.
  void answer_if_equal(uint32_t value, uint32_t action) { answer_if(BPF_JEQ, value, action); }
  void answer_if_at_least(uint32_t value, uint32_t action) { answer_if(BPF_JGE, value, action); }
  void answer_if_any_bit(uint32_t bits, uint32_t action) { answer_if(BPF_JSET, bits, action); }
  void answer_unless_equal(uint32_t value, uint32_t action) {
    add({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, value});
    answer(action);
  }
  // What was loaded is not `value`: so many lines are left out.
  void skip_unless_equal(uint32_t value, uint8_t lines) {
    add({BPF_JMP | BPF_JEQ | BPF_K, 0, lines, value});
  }

  bool load_into_kernel() {
    const sock_fprog filter{static_cast<uint16_t>(size_), lines_.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
  }

 private:
  void answer_if(uint16_t comparison, uint32_t value, uint32_t action) {
    add({static_cast<uint16_t>(BPF_JMP | comparison | BPF_K), 0, 1, value});
    answer(action);
  }
  void add(const sock_filter& line) { lines_.at(size_++) = line; }

  std::array<sock_filter, 96> lines_{};
  std::size_t size_ = 0;
};

// The low half of the first argument: flags and address families fit in it, and neither call looks
// at more.
constexpr std::size_t kFirstArgument = offsetof(seccomp_data, args);

}  // namespace

bool deny_system_calls(Network network) {
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.answer_unless_equal(kArchitecture, SECCOMP_RET_KILL_PROCESS);
  program.load(offsetof(seccomp_data, nr));
  program.answer_if_at_least(kOtherAbi, refuse(ENOSYS));
  for (const uint32_t call : kDenied) program.answer_if_equal(call, refuse(EPERM));
  // Its flags are out of a filter's sight; the C library falls back to clone.
  program.answer_if_equal(SYS_clone3, refuse(ENOSYS));
  program.skip_unless_equal(SYS_clone, 4);
  program.load(kFirstArgument);
  program.answer_if_any_bit(kNamespaces, refuse(EPERM));
  program.answer(SECCOMP_RET_ALLOW);
  if (network == Network::kUnixSocketsAlone) {
    for (const uint32_t call : {uint32_t{SYS_socket}, uint32_t{SYS_socketpair}}) {
      program.skip_unless_equal(call, 4);
      program.load(kFirstArgument);
      program.answer_unless_equal(AF_UNIX, refuse(EAFNOSUPPORT));
      program.answer(SECCOMP_RET_ALLOW);
    }
  }
  program.answer(SECCOMP_RET_ALLOW);
  return program.load_into_kernel();
}

}  // namespace hallmark
