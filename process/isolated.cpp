#include "process/isolated.hpp"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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

bool set_limits(std::chrono::seconds limit) {
  const auto seconds = static_cast<rlim_t>(limit.count());
  const rlim_t size = address_space() + kMemory;
  const rlimit memory{size, size};
  const rlimit time{seconds, seconds};
  return ::setrlimit(RLIMIT_AS, &memory) == 0 && ::setrlimit(RLIMIT_CPU, &time) == 0;
}

// The terminal, a client's socket and whatever else the parent has open are none of its business.
// Nothing is opened afterwards that could get the number of a standard descriptor.
bool close_all_but(std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned first = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > first && ::close_range(first, number - 1, 0) != 0) return false;
    first = number + 1;
  }
  return ::close_range(first, ~0U, 0) == 0;
}

bool allow(scmp_filter_ctx filter, int call) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

bool allow_if(scmp_filter_ctx filter, int call, unsigned argument, int value) {
  const scmp_arg_cmp condition{argument, SCMP_CMP_EQ, static_cast<scmp_datum_t>(value), 0};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition) == 0;
}

// Allowed are memory, reading what is open, writing the answer, and the end. The rest gives EPERM.
bool filter_calls(int answer) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  bool ready = filter != nullptr;
  for (const int call :
       {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(mmap),
        SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex),
        SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(close), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group)}) {
    ready = ready && allow(filter, call);
  }
  ready = ready && allow_if(filter, SCMP_SYS(write), 0, answer);
  // glibc's fstat(3) is this call with an empty path.
  ready = ready && allow_if(filter, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH);
  ready = ready && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ready;
}

bool give_up_rights(const std::vector<int>& inputs, int answer, std::chrono::seconds limit) {
  std::vector<int> kept = inputs;
  kept.push_back(answer);
  return set_limits(limit) && close_all_but(std::move(kept)) && filter_calls(answer);
}

struct Limits {
  std::chrono::seconds time;
  std::size_t answer;  // bytes
};

[[noreturn]] void be_the_child(const std::function<std::string()>& work,
                               const std::vector<int>& inputs, int answer, pid_t parent,
                               const Limits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent || !give_up_rights(inputs, answer, limits.time)) ::_exit(1);
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
                                 const std::vector<int>& inputs, std::chrono::seconds limit,
                                 std::size_t most) {
  const Limits limits{limit, most};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "cannot make");
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return errno_error("isolated process", "cannot start");
  if (child == 0) be_the_child(work, inputs, to.get(), parent, limits);
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
