// The terminal that a command works on: its state folder, its files, its servers and agents. Or a
// clone of its releases repository on somebody's own machine, where there is nothing but files.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/agents.hpp"
#include "cli/screen.hpp"
#include "cli/servers.hpp"
#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/model/policy.hpp"
#include "core/model/product.hpp"
#include "core/model/terminal.hpp"

namespace hallmark {

// Present while `hallmark init` is at work: a folder that has it was never finished.
inline constexpr const char* kInitMarker = ".init-in-progress";

class TerminalRoot {
 public:
  // Refuses a folder that is no finished terminal.
  static Result<TerminalRoot> open(const std::string& root, Screen& screen);
  // Takes a clone of the releases repository as well: for what asks neither server nor agent.
  static Result<TerminalRoot> open_or_clone(const std::string& root, Screen& screen);
  // For init, which makes the terminal.
  TerminalRoot(Layout layout, Screen& screen) : layout_(std::move(layout)), screen_(screen) {}

  const Layout& layout() const { return layout_; }
  Screen& screen() const { return screen_; }

  Result<Terminal> terminal() const;
  // The terminals' group, which approvals name.
  Result<std::string> group() const;
  Result<std::string> policy_text() const;
  Result<Policy> policy() const;
  Result<std::string> product_text(const std::string& name) const;
  // The keyring of the product's openpgp_signers; empty where it names none, kFailed where the file
  // is not there.
  Result<std::string> keyring_text(const Product& product) const;
  // kFailed with the next command as hint when the version is not pinned.
  Result<std::string> lock_text(const std::string& product, const std::string& version) const;

  // A file below the state folder in a part that `program`'s user owns ("build/out/…"): a regular
  // file of that user's, reached through no link. That user is not trusted with more.
  Result<UniqueFd> open_of(const std::string& program, const std::filesystem::path& below) const;

  // Starts the server where it is not running; progress goes to the screen.
  Result<Message> request(const std::string& program, const Json& body,
                          std::span<const int> fds = {});
  // Starts the agent where it is not running. It lives as long as this object, and what the first
  // call says of its key files holds.
  Status need_agent(AgentKind kind, KeyFiles files = KeyFiles::kStay);

  // True once: what is brought up to date once for a command asks this before.
  bool is_first_catch_up() { return !std::exchange(caught_up_, true); }
  // Others may have published since.
  void catch_up_again() { caught_up_ = false; }
  // Did the last one learn all that other terminals published? Also where there are none.
  bool knows_siblings() const { return knows_siblings_; }
  void set_knows_siblings(bool all) { knows_siblings_ = all; }

 private:
  Layout layout_;
  Screen& screen_;
  bool caught_up_ = false;
  bool knows_siblings_ = true;
  UniqueFd agent_lock_;
  // Destroyed in reverse: servers first, then the agents that they talk to.
  std::map<AgentKind, std::optional<Agent>> agents_;
  std::map<std::string, std::unique_ptr<ServerConnection>> servers_;
};

}  // namespace hallmark
