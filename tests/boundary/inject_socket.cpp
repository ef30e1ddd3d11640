// inject_socket PID FAMILY: has the running process PID call socket(FAMILY, SOCK_STREAM, 0), as an
// attacker inside it would, and prints "fd N" or the errno's name. x86-64 only: exits 77 elsewhere.
// inject_socket PID NUMBER FIRST SECOND: the same with another system call and its arguments.
//
// By ptrace: stop the process, put a `syscall` instruction's registers in, run one instruction,
// read the result, put everything back.
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#ifdef __x86_64__
namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// The signal that it stopped for.
int wait_for_stop(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) fail("waitpid");
  return WSTOPSIG(status);
}

// An address in the process that holds the bytes of `syscall`: the vDSO always has one.
long find_syscall_instruction(pid_t pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("[vdso]") == std::string::npos) continue;
    const long begin = std::stol(line, nullptr, 16);
    const long end = std::stol(line.substr(line.find('-') + 1), nullptr, 16);
    for (long at = begin; at + 8 < end; ++at) {
      const long word = ::ptrace(PTRACE_PEEKTEXT, pid, at, nullptr);
      if ((word & 0xffff) == 0x050f) return at;
    }
  }
  fail("no syscall instruction");
}

// `signal`: what the process was sent meanwhile, to be passed on when it is let go.
long call_in(pid_t pid, long number, long first, long second, int& signal) {
  user_regs_struct saved{};
  if (::ptrace(PTRACE_GETREGS, pid, nullptr, &saved) != 0) fail("PTRACE_GETREGS");
  user_regs_struct call = saved;
  call.rip = static_cast<unsigned long>(find_syscall_instruction(pid));
  call.rax = static_cast<unsigned long>(number);
  call.orig_rax = static_cast<unsigned long>(-1L);
  call.rdi = static_cast<unsigned long>(first);
  call.rsi = static_cast<unsigned long>(second);
  call.rdx = 0;
  user_regs_struct after = call;
  // A signal, an agent's ticker say, stops it before the instruction: then it is stepped again.
  for (int tries = 0; after.rip == call.rip && tries < 100; ++tries) {
    if (::ptrace(PTRACE_SETREGS, pid, nullptr, &call) != 0) fail("PTRACE_SETREGS");
    if (::ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr) != 0) fail("PTRACE_SINGLESTEP");
    const int stopped_for = wait_for_stop(pid);
    if (stopped_for != SIGTRAP) signal = stopped_for;
    if (::ptrace(PTRACE_GETREGS, pid, nullptr, &after) != 0) fail("PTRACE_GETREGS");
  }
  if (after.rip == call.rip) fail("the instruction was never run");
  if (::ptrace(PTRACE_SETREGS, pid, nullptr, &saved) != 0) fail("PTRACE_SETREGS");
  return static_cast<long>(after.rax);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) return 2;
  const pid_t pid = std::atoi(argv[1]);
  if (::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) != 0) fail("PTRACE_ATTACH");
  wait_for_stop(pid);
  constexpr long kSocketCall = 41;
  const long named = std::atol(argv[2]);
  int signal = 0;
  const long result = argc == 3
                          ? call_in(pid, kSocketCall, named, SOCK_STREAM, signal)
                          : call_in(pid, named, std::atol(argv[3]), std::atol(argv[4]), signal);
  ::ptrace(PTRACE_DETACH, pid, nullptr, signal);
  if (result >= 0) {
    std::printf("fd %ld\n", result);
  } else {
    std::printf("%s\n", ::strerrorname_np(static_cast<int>(-result)));
  }
  return 0;
}
#else
int main() { return 77; }
#endif
