#include "process/isolated.hpp"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr rlim_t kMemory = rlim_t{2} << 30U;

// Bytes of address space that this process has now.
rlim_t address_space() {
  const Result<std::string> statm = read_file("/proc/self/statm", 4096);
  const rlim_t pages = statm.ok() ? std::strtoull(statm->c_str(), nullptr, 10) : 0;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

// Allowed are memory, reading and writing what is open, and the end. The rest gives EPERM.
bool give_up_rights(std::chrono::seconds limit) {
  const auto seconds = static_cast<rlim_t>(limit.count());
  const rlim_t size = address_space() + kMemory;
  const rlimit memory{size, size};
  const rlimit time{seconds, seconds};
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  bool ready = filter != nullptr && ::setrlimit(RLIMIT_AS, &memory) == 0 &&
               ::setrlimit(RLIMIT_CPU, &time) == 0;
  for (const int call :
       {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(lseek), SCMP_SYS(fstat),
        SCMP_SYS(newfstatat), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk),
        SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
        SCMP_SYS(close), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(exit),
        SCMP_SYS(exit_group)}) {
    ready = ready && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  }
  ready = ready && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ready;
}

struct Limits {
  std::chrono::seconds time;
  std::size_t answer;  // bytes
};

[[noreturn]] void be_the_child(const std::function<std::string()>& work, int answer, pid_t parent,
                               const Limits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent || !give_up_rights(limits.time)) ::_exit(1);
  try {
    const Status written = write_all(answer, work().substr(0, limits.answer));
    ::_exit(written.ok() ? 0 : 1);
  } catch (...) {  // out of memory, above all
    ::_exit(1);
  }
}

std::string read_answer(int from, const Limits& limits) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + limits.time;
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() <= limits.answer) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wait{from, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0) break;
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return answer;
}

}  // namespace

Result<std::string> run_isolated(const std::function<std::string()>& work,
                                 std::chrono::seconds limit, std::size_t most) {
  const Limits limits{limit, most};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "cannot make");
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return errno_error("isolated process", "cannot start");
  if (child == 0) be_the_child(work, to.get(), parent, limits);
  to.reset();
  std::string answer = read_answer(from.get(), limits);
  // It has closed the pipe by ending, or it is late.
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return answer;
  return failed("isolated process", "gave no answer");
}

}  // namespace hallmark
