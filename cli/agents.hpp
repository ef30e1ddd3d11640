// The two key agents of a terminal, stock gpg-agent, each with its own home and Unix user.
//
// On a real terminal systemd runs them. Where nothing answers on their socket, the command starts
// them itself for as long as it runs: sockets are made first, with the owner and mode that let one
// program in, and gpg-agent is handed the listening sockets (--supervised).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/result.hpp"
#include "process/identity.hpp"

namespace hallmark {

// One agent process. Ends it when destroyed; the agent dies with this process in any case.
class Agent {
 public:
  Agent(pid_t pid, std::vector<std::string> sockets) : pid_(pid), sockets_(std::move(sockets)) {}
  Agent(Agent&& other) noexcept : pid_(other.pid_), sockets_(std::move(other.sockets_)) {
    other.pid_ = -1;
    other.sockets_.clear();
  }
  Agent& operator=(Agent&&) = delete;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent();

 private:
  pid_t pid_;
  std::vector<std::string> sockets_;
};

enum class AgentKind { kSigning, kPublishing };

// Whether an agent may change the files that its keys are in. Who only uses keys could otherwise
// have it: the ssh-agent protocol adds keys, and gpg-agent cannot be told not to.
enum class KeyFiles { kStay, kChange };

// The agent's Unix user, and that of the one program that may talk to it: as root their own, else
// (a demo root, one user) nullopt.
struct AgentUsers {
  std::optional<Identity> owner;
  std::optional<Identity> client;
};
Result<AgentUsers> agent_users(AgentKind kind);

// nullopt: one is running already, under somebody else's care. Where the agent has no user of its
// own, nothing keeps its key files as they are.
Result<std::optional<Agent>> ensure_agent(AgentKind kind, KeyFiles files, const Layout& layout);

}  // namespace hallmark
