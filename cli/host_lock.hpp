// The lock on the package hosts, for as long as one command catches up, signs and publishes. Where
// the policy names one terminal there is none.
#pragma once

#include "cli/terminal_root.hpp"
#include "core/fd.hpp"

namespace hallmark {

struct LockOptions {
  bool wait = false;
  bool break_it = false;
};

// Releases the lock when it goes. What kill -9 leaves behind this terminal takes over by itself,
// when it next wants the lock.
class HostLockGuard {
 public:
  // kRemote, with the holder's name: another terminal has it.
  static Result<HostLockGuard> take(TerminalRoot& root, const LockOptions& options);
  HostLockGuard(HostLockGuard&& other) noexcept;
  HostLockGuard& operator=(HostLockGuard&&) = delete;
  HostLockGuard(const HostLockGuard&) = delete;
  HostLockGuard& operator=(const HostLockGuard&) = delete;
  ~HostLockGuard();

  // What was broken, for the answer: [{"host", "holder"}].
  const Json& broken() const { return broken_; }

 private:
  explicit HostLockGuard(TerminalRoot* root) : root_(root) {}

  TerminalRoot* root_;  // null: nothing to release
  UniqueFd turn_;       // among the commands of this terminal
  Json broken_ = Json::array();
};

}  // namespace hallmark
