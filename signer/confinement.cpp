#include "signer/confinement.hpp"

#include <cstdlib>

#include "process/confine.hpp"
#include "process/landlock.hpp"

namespace hallmark {
namespace {

// Whatever neither the signer nor gpg needs is not there: no ptrace, no other process's memory, no
// namespaces, mounts or modules, no keyrings, no io_uring, bpf or perf, no signal to others, no
// change of user, owner or time. socket, socketpair, clone, ioctl and prctl are in part:
// process/confine.cpp. tests/system/cases/signer_calls.sh compares with what strace sees.
constexpr const char* kSystemCalls[] = {
    // Files.
    "access", "chdir", "close", "close_range", "copy_file_range", "dup", "dup2", "dup3",
    "faccessat", "faccessat2", "fadvise64", "fallocate", "fchmod", "fcntl", "fdatasync", "flock",
    "fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64", "link", "linkat", "lseek",
    "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat", "pread64", "preadv", "pwrite64",
    "pwritev", "read", "readlink", "readlinkat", "readv", "rename", "renameat", "renameat2",
    "rmdir", "sendfile", "stat", "statfs", "statx", "umask", "unlink", "unlinkat", "utimensat",
    "write", "writev",
    // Sockets and pipes.
    "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "pipe",
    "pipe2", "poll", "ppoll", "pselect6", "recvfrom", "recvmsg", "select", "sendmsg", "sendto",
    "setsockopt", "shutdown",
    // Memory.
    "brk", "madvise", "mlock", "mmap", "mprotect", "mremap", "msync", "munlock", "munmap",
    // Processes and threads.
    "alarm", "arch_prctl", "execve", "exit", "exit_group", "fork", "futex", "get_robust_list",
    "getegid", "geteuid", "getgid", "getgroups", "getpgrp", "getpid", "getppid", "getpriority",
    "getresgid", "getresuid", "getrlimit", "getrusage", "gettid", "getuid", "membarrier",
    "prlimit64", "restart_syscall", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "sched_getaffinity", "sched_yield",
    "set_robust_list", "set_tid_address", "setitimer", "sigaltstack", "tgkill", "vfork", "wait4",
    "waitid",
    // Time, chance, and what the machine is.
    "clock_getres", "clock_gettime", "clock_nanosleep", "getrandom", "gettimeofday", "nanosleep",
    "sysinfo", "time", "times", "uname"};

ReachableFiles reachable_files(const Layout& layout) {
  ReachableFiles files;
  // GPGME asks the last two what they are, once. A program's loader counts as executed.
  files.run = {"/usr/bin/gpg", "/usr/bin/gpgconf", "/usr/bin/gpgsm", "/lib64/ld-linux-x86-64.so.2",
               "/lib/ld-linux-aarch64.so.1"};
  files.read = {layout.terminal(),
                layout.records().parent_path(),
                "/etc",
                "/lib",
                "/usr/lib",
                "/usr/share",
                "/dev/random",
                "/dev/urandom",
                "/proc/sys/crypto",
                "/sys/devices/system/cpu"};
  files.write = {layout.sign(), layout.public_keys(), "/dev/null"};
  return files;
}

}  // namespace

Result<Confinement> confine_signer(const Layout& layout) {
  // SQLite's and anybody's temporary files: /tmp is out of reach.
  if (::setenv("TMPDIR", layout.sign().c_str(), 1) != 0) {
    return failed("process", "cannot set the environment");
  }
  Confinement confinement;
  HALLMARK_TRY(confinement.landlock, restrict_files(reachable_files(layout)));
  HALLMARK_CHECK(allow_system_calls(kSystemCalls));
  return confinement;
}

}  // namespace hallmark
