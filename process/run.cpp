#include "process/run.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "core/fd.hpp"

namespace hallmark {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "cannot make");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// argv or envp for execve: prepared before fork, since nothing may allocate after it.
std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& text : strings) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// What stopped the child before it became the program: on a pipe that the program never sees.
enum class StartStep { kUser, kDirectory, kProgram };
struct StartFailure {
  StartStep step;
  int error;  // errno
};

struct ChildPlan {
  const char* program;
  const char* directory;
  char* const* argv;
  char* const* envp;
  int in, out, err, report;
  pid_t parent;
  const Identity* identity;  // null: ours
  bool interactive;
};

[[noreturn]] void give_up(const ChildPlan& plan, StartStep step) {
  const StartFailure failure{step, errno};
  static_cast<void>(!::write(plan.report, &failure, sizeof(failure)));
  ::_exit(127);
}

// Runs in the child: only calls that are safe between fork and exec.
[[noreturn]] void become_program(const ChildPlan& plan, const std::vector<int>& inherit) {
  if (!plan.interactive) ::setpgid(0, 0);
  if (plan.identity != nullptr &&
      (::setgroups(0, nullptr) != 0 ||
       ::setresgid(plan.identity->gid, plan.identity->gid, plan.identity->gid) != 0 ||
       ::setresuid(plan.identity->uid, plan.identity->uid, plan.identity->uid) != 0)) {
    give_up(plan, StartStep::kUser);
  }
  // After the change of user, which would clear it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphaned = ::getppid() != plan.parent;
  const bool ready =
      !orphaned && ::dup2(plan.in, 0) == 0 && ::dup2(plan.out, 1) == 1 && ::dup2(plan.err, 2) == 2;
  if (!ready) ::_exit(127);
  if (::chdir(plan.directory) != 0) give_up(plan, StartStep::kDirectory);
  // Whatever a library may have opened without close-on-exec stays here.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : inherit) ::fcntl(fd, F_SETFD, 0);
  if (::signal(SIGPIPE, SIG_DFL) != SIG_ERR) ::execve(plan.program, plan.argv, plan.envp);
  give_up(plan, StartStep::kProgram);
}

struct Stream {
  UniqueFd fd;
  std::string* text;
};

// glibc's header for its own function of this purpose cannot be used from C++ in Debian 12.
int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), end_(open_pidfd(pid)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) static_cast<void>(kill_and_wait());
  }

  // Can be read from, as poll() sees it, when the program has ended.
  int end() const { return end_.get(); }

  void kill_group() const { ::kill(-pid_, SIGKILL); }

  int kill_and_wait() {
    kill_group();
    ::kill(pid_, SIGKILL);
    return wait();
  }

  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // nullopt: still running.
  std::optional<int> poll() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_;
  UniqueFd end_;
};

// How long what a program started may go on writing when the program itself has ended.
constexpr std::chrono::seconds kAfterTheEnd(2);

// Moves bytes between us and the child until it has closed its output or something is wrong.
class Pump {
 public:
  Pump(const Command& command, Outcome& outcome, UniqueFd in, UniqueFd out, UniqueFd err)
      : command_(command), input_(command.stdin_text), in_(std::move(in)) {
    streams_[0] = {std::move(out), &outcome.out};
    streams_[1] = {std::move(err), &outcome.err};
    if (in_) ::fcntl(in_.get(), F_SETFL, O_NONBLOCK);
  }

  Status run(const Child& child, Clock::time_point deadline) {
    bool ended = false;
    while (streams_[0].fd || streams_[1].fd) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) {
        if (!ended) return timed_out();
        // A helper that was orphaned would keep our end open for as long as it lives.
        child.kill_group();
        return ok_status();
      }
      std::array<pollfd, 4> waits = {
          pollfd{in_.get(), POLLOUT, 0}, pollfd{streams_[0].fd.get(), POLLIN, 0},
          pollfd{streams_[1].fd.get(), POLLIN, 0}, pollfd{ended ? -1 : child.end(), POLLIN, 0}};
      const int wait = static_cast<int>(std::min<int64_t>(left.count(), 60'000));
      if (::poll(waits.data(), waits.size(), wait) < 0 && errno != EINTR) {
        return errno_error(command_.program, "cannot wait for output");
      }
      HALLMARK_CHECK(move_bytes(waits));
      if (waits[3].revents != 0) {
        ended = true;
        deadline = std::min(deadline, Clock::now() + kAfterTheEnd);
      }
    }
    return ok_status();
  }

  Error timed_out() const {
    return failed(command_.program,
                  "did not finish in " + std::to_string(command_.timeout.count()) + " seconds");
  }

 private:
  Status move_bytes(const std::array<pollfd, 4>& waits) {
    if (waits[0].revents != 0) feed();
    for (std::size_t i = 0; i < 2; ++i) {
      if (waits[i + 1].revents != 0) HALLMARK_CHECK(drain(streams_[i]));
    }
    return ok_status();
  }

  void feed() {
    const ssize_t n = ::write(in_.get(), input_.data(), input_.size());
    if (n > 0) input_.remove_prefix(static_cast<std::size_t>(n));
    const bool gone = n < 0 && errno != EAGAIN && errno != EINTR;
    if (gone || input_.empty()) in_.reset();
  }

  Status drain(Stream& stream) {
    std::array<char, 65536> buffer{};
    const ssize_t n = ::read(stream.fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) return ok_status();
    if (n <= 0) {
      stream.fd.reset();
      return ok_status();
    }
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
    if (stream.text->size() + bytes.size() > command_.output_limit) {
      return failed(command_.program, "wrote more than " + std::to_string(command_.output_limit) +
                                          " bytes of output");
    }
    stream.text->append(bytes);
    if (command_.on_output) command_.on_output(bytes);
    return ok_status();
  }

  const Command& command_;
  std::string_view input_;
  UniqueFd in_;
  std::array<Stream, 2> streams_;
};

// A program may close its output and live on: it still has to end by the deadline.
Result<int> wait_until(Child& child, Clock::time_point deadline, const Pump& pump) {
  for (;;) {
    if (const std::optional<int> code = child.poll()) return *code;
    if (Clock::now() >= deadline) return pump.timed_out();
    ::poll(nullptr, 0, 2);
  }
}

// Of a child that has ended: why it never became the program, if that is so.
Status started(const Command& command, const UniqueFd& report) {
  StartFailure failure{};
  if (::read(report.get(), &failure, sizeof(failure)) != sizeof(failure)) return ok_status();
  errno = failure.error;
  const std::string who = command.run_as ? "user " + command.run_as->name : "us";
  switch (failure.step) {
    case StartStep::kUser:
      return errno_error(command.program, "cannot be run as " + who);
    case StartStep::kDirectory: {
      Error error = errno_error(command.working_directory, "cannot be entered by " + who);
      error.hint = "every folder on the way there must let them pass, as 'chmod o+x' does";
      return error;
    }
    case StartStep::kProgram:
      break;
  }
  return errno_error(command.program, "cannot run");
}

}  // namespace

Result<Outcome> run(const Command& command) {
  if (!command.program.starts_with('/')) return failed(command.program, "is not an absolute path");
  const Clock::time_point deadline = Clock::now() + command.timeout;
  HALLMARK_TRY(Pipe in, make_pipe());
  HALLMARK_TRY(Pipe out, make_pipe());
  HALLMARK_TRY(Pipe err, make_pipe());
  HALLMARK_TRY(Pipe report, make_pipe());

  std::vector<std::string> argument_strings = {command.program};
  argument_strings.insert(argument_strings.end(), command.arguments.begin(),
                          command.arguments.end());
  std::vector<std::string> environment_strings = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                                  "LANG=C.UTF-8"};
  environment_strings.insert(environment_strings.end(), command.environment.begin(),
                             command.environment.end());
  const std::vector<char*> argv = pointers(argument_strings);
  const std::vector<char*> envp = pointers(environment_strings);
  const ChildPlan plan{command.program.c_str(),
                       command.working_directory.c_str(),
                       argv.data(),
                       envp.data(),
                       command.stdin_fd >= 0 ? command.stdin_fd : in.read.get(),
                       command.stdout_fd >= 0 ? command.stdout_fd : out.write.get(),
                       err.write.get(),
                       report.write.get(),
                       ::getpid(),
                       command.run_as ? &*command.run_as : nullptr,
                       command.interactive};
  if (::access(command.program.c_str(), X_OK) != 0) {
    return errno_error(command.program, "cannot run");
  }
  const pid_t pid = ::fork();
  if (pid < 0) return errno_error(command.program, "cannot start");
  if (pid == 0) become_program(plan, command.inherit_fds);

  Child child(pid);
  for (UniqueFd* theirs : {&in.read, &out.write, &err.write, &report.write}) theirs->reset();
  Outcome outcome;
  if (command.stdin_text.empty()) in.write.reset();
  Pump pump(command, outcome, std::move(in.write), std::move(out.read), std::move(err.read));
  HALLMARK_CHECK(pump.run(child, deadline));
  HALLMARK_TRY(outcome.exit_code, wait_until(child, deadline, pump));
  HALLMARK_CHECK(started(command, report.read));
  return outcome;
}

std::string last_lines(std::string_view untrusted_text, std::size_t lines) {
  std::vector<std::string> kept;
  std::size_t end = untrusted_text.size();
  while (end > 0 && kept.size() < lines) {
    const std::size_t newline = untrusted_text.rfind('\n', end - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    std::string line(untrusted_text.substr(begin, std::min<std::size_t>(end - begin, 400)));
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; };
    std::replace_if(line.begin(), line.end(), is_control, '?');
    if (line.find_first_not_of(" \t?") != std::string::npos) kept.push_back(line);
    end = begin == 0 ? 0 : begin - 1;
  }
  std::string out;
  for (auto line = kept.rbegin(); line != kept.rend(); ++line) {
    out += (out.empty() ? "" : "\n") + *line;
  }
  return out;
}

Result<std::string> run_checked(const Command& command, const std::string& subject) {
  HALLMARK_TRY(Outcome outcome, run(command));
  if (outcome.exit_code == 0) return std::move(outcome.out);
  const std::string name = command.program.substr(command.program.rfind('/') + 1);
  const std::string said = last_lines(outcome.err.empty() ? outcome.out : outcome.err, 5);
  return failed(subject, name + " exited with " + std::to_string(outcome.exit_code) +
                             (said.empty() ? std::string() : ": " + said));
}

}  // namespace hallmark
