#include "cli/host_lock.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace hallmark {
namespace {

constexpr const char* kTurnFile = ".publishing";
constexpr std::chrono::seconds kPause(5);
constexpr int kMostPauses = 12 * 60;  // of --wait: an hour

// Told to whoever is kept waiting, and believed for nothing.
std::string person_here() {
  char host[256] = "?";
  static_cast<void>(::gethostname(host, sizeof(host) - 1));
  const passwd* user = ::getpwuid(::getuid());
  return std::string(user == nullptr ? "?" : user->pw_name) + " on " + host;
}

// Ends with the process that has it, however that ends: so a lock of this terminal's, on a host,
// that is seen by who has the turn is of nobody who lives.
Result<UniqueFd> take_turn(TerminalRoot& root, bool wait) {
  const std::string path = root.layout().root / kTurnFile;
  HALLMARK_TRY(UniqueFd file,
               open_at(AT_FDCWD, path, O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return errno_error(path, "cannot lock");
  if (!wait) {
    return remote_error("terminal", "another command of this terminal is publishing",
                        "run it again later, or with --wait");
  }
  root.screen().note("another command of this terminal is publishing: waiting");
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error(path, "cannot lock");
  }
  return file;
}

Result<Message> ask_hosts(TerminalRoot& root, const LockOptions& options) {
  Json request = {{"type", "lock-hosts"}, {"person", person_here()}};
  if (options.break_it) request["break"] = true;
  for (int pauses = 0;; ++pauses) {
    Result<Message> answer = root.request("hallmark-push", request);
    const bool held = !answer.ok() && answer.error().kind == ErrorKind::kRemote;
    if (!options.wait || !held || pauses == kMostPauses) return answer;
    if (pauses == 0) root.screen().note(answer.error().message() + ": waiting");
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<HostLockGuard> HostLockGuard::take(TerminalRoot& root, const LockOptions& options) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const Policy policy, root.policy());
  if (policy.log_keys.size() < 2 || terminal.hosts.empty()) return HostLockGuard(nullptr);
  HostLockGuard guard(nullptr);
  HALLMARK_TRY(guard.turn_, take_turn(root, options.wait));
  HALLMARK_CHECK(root.need_agent(AgentKind::kPublishing));
  HALLMARK_TRY(const Message answer, ask_hosts(root, options));
  guard.root_ = &root;
  for (const Json& host : answer.body.value("hosts", Json::array())) {
    const std::string name = "package host " + host.value("host", std::string());
    if (host.contains("problem")) {
      root.screen().warn(name + ": not locked: " + host.value("problem", std::string()));
    }
    if (host.value("taken_over", false)) {
      root.screen().note(name + ": this terminal had left its lock behind");
    }
    if (!host.contains("broken")) continue;
    guard.broken_.push_back({{"host", host["host"]}, {"holder", host["broken"]}});
    root.screen().warn(name + ": the lock of " + host.value("broken", std::string()) +
                       " was broken");
  }
  return guard;
}

HostLockGuard::HostLockGuard(HostLockGuard&& other) noexcept
    : root_(std::exchange(other.root_, nullptr)),
      turn_(std::move(other.turn_)),
      broken_(std::move(other.broken_)) {}

HostLockGuard::~HostLockGuard() {
  if (root_ == nullptr) return;
  const auto released = root_->request("hallmark-push", Json{{"type", "unlock-hosts"}});
  if (released.ok()) return;
  root_->screen().warn(
      "the lock on the package hosts was not released: " + released.error().message() +
      "; this terminal takes it over when it next publishes");
}

}  // namespace hallmark
