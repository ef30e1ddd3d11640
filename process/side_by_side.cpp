#include "process/side_by_side.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace hallmark {
namespace {

constexpr int kSecond = 1000;
// A message is on its way for this long at most; between two there may be hours.
constexpr std::chrono::seconds kMessagePatience(30);
// Whoever tells of more steps than this is not at work any more.
constexpr std::size_t kMostEvents = 1000;

Status done_in_child(const PieceOfWork& work, std::size_t index, const ProgressSink& progress) {
  try {
    return work(index, progress);
  } catch (const std::exception& exception) {
    return failed("work", exception.what());
  }
}

Json error_message(const Error& error) { return Json{{"error", error_to_json(error)}}; }

[[noreturn]] void be_the_worker(const PieceOfWork& work, std::size_t index, UniqueFd socket,
                                pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  Channel channel(std::move(socket));
  const Status outcome = done_in_child(work, index, [&channel](const Json& event) {
    static_cast<void>(channel.send(Json{{"progress", event}}).ok());
  });
  const Status told =
      channel.send(outcome.ok() ? Json{{"ok", Json::object()}} : error_message(outcome.error()));
  // The work's error may be of words that no message can hold.
  if (!told.ok()) static_cast<void>(channel.send(error_message(told.error())).ok());
  ::_exit(0);
}

// One process at work.
class Worker {
 public:
  Worker(std::size_t index, pid_t pid, UniqueFd socket)
      : index_(index), pid_(pid), channel_(std::move(socket)) {}
  Worker(Worker&& other) noexcept
      : index_(other.index_),
        pid_(std::exchange(other.pid_, -1)),
        channel_(std::move(other.channel_)),
        events_(other.events_) {}
  Worker& operator=(Worker&&) = delete;
  ~Worker() {
    if (pid_ > 0) static_cast<void>(end());
  }

  Status prepare() { return channel_.expect_frames_within(kMessagePatience); }
  std::size_t index() const { return index_; }
  int fd() const { return channel_.fd(); }

  // Of a worker that has said something or closed its end. nullopt: it works on.
  std::optional<Status> hear(const SideBySideEvents& events) {
    Result<std::optional<Message>> message = channel_.receive();
    if (!message.ok()) return Status(message.error());
    if (!*message) return Status(explain_silence());
    const Json& body = (*message)->body;
    if (body.contains("progress")) return progress(body["progress"], events);
    if (body.contains("error")) return failure(body["error"]);
    return body.contains("ok") ? ok_status() : unknown();
  }

 private:
  static Status unknown() { return failed("worker", "said nothing that is known"); }

  static Status failure(const Json& error) {
    return error.is_object() ? Status(error_from_json(error)) : unknown();
  }

  std::optional<Status> progress(const Json& event, const SideBySideEvents& events) {
    if (!event.is_object()) return unknown();
    if (++events_ > kMostEvents) {
      return Status(failed(
          "worker", "told of its progress more than " + std::to_string(kMostEvents) + " times"));
    }
    events.progress(index_, event);
    return std::nullopt;
  }

  int end() {
    ::kill(pid_, SIGKILL);
    return wait();
  }

  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

  Error explain_silence() {
    const int status = wait();
    if (!WIFSIGNALED(status)) return failed("worker", "ended without an answer");
    return failed("worker", "was ended by signal " + std::to_string(WTERMSIG(status)),
                  "signal 9 without anybody's doing is what a lack of memory looks like");
  }

  std::size_t index_;
  pid_t pid_;
  Channel channel_;
  std::size_t events_ = 0;
};

Result<Worker> start_worker(const PieceOfWork& work, std::size_t index) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return errno_error("worker", "cannot be connected");
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return errno_error("worker", "cannot be started");
  if (pid == 0) {
    ours.reset();
    be_the_worker(work, index, std::move(theirs), parent);
  }
  Worker worker(index, pid, std::move(ours));
  HALLMARK_CHECK(worker.prepare());
  return worker;
}

// Which of them can be heard; an empty list: a second passed.
Result<std::vector<bool>> wait_for_words(const std::vector<Worker>& workers) {
  std::vector<pollfd> waits;
  waits.reserve(workers.size());
  for (const Worker& worker : workers) waits.push_back({worker.fd(), POLLIN, 0});
  const int ready = ::poll(waits.data(), waits.size(), kSecond);
  if (ready < 0 && errno != EINTR) return errno_error("workers", "cannot be waited for");
  std::vector<bool> out;
  if (ready <= 0) return out;
  for (const pollfd& wait : waits) out.push_back(wait.revents != 0);
  return out;
}

}  // namespace

Status run_side_by_side(std::size_t count, std::size_t at_once, const PieceOfWork& work,
                        const SideBySideEvents& events) {
  std::vector<Worker> workers;
  std::size_t next = 0;
  while (next < count || !workers.empty()) {
    while (next < count && workers.size() < at_once) {
      HALLMARK_TRY(Worker worker, start_worker(work, next));
      workers.push_back(std::move(worker));
      events.began(next++);
    }
    HALLMARK_TRY(const std::vector<bool> heard, wait_for_words(workers));
    if (heard.empty()) events.second_passed();
    std::vector<Worker> at_work;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      std::optional<Status> outcome;
      if (i < heard.size() && heard[i]) outcome = workers[i].hear(events);
      if (outcome) {
        events.ended(workers[i].index(), *outcome);
      } else {
        at_work.push_back(std::move(workers[i]));
      }
    }
    workers = std::move(at_work);
  }
  return ok_status();
}

}  // namespace hallmark
