// Connections to Hallmark's other programs: to the socket that systemd keeps for each, or, where
// nothing listens, to one started here with --stdio for as long as the connection lasts.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "core/layout.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"

namespace hallmark {

class ServerConnection {
 public:
  static Result<ServerConnection> open(const std::string& program, const Layout& layout);
  ServerConnection(ServerConnection&& other) noexcept;
  ServerConnection& operator=(ServerConnection&&) = delete;
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;
  ~ServerConnection();

  Result<Message> request(const Json& body, std::span<const int> fds, const ProgressSink& progress);

 private:
  ServerConnection(std::string program, UniqueFd socket, pid_t pid);
  Error explain_end();

  std::string program_;
  std::optional<Channel> channel_;
  pid_t pid_;  // -1: not ours to end
};

// Where this program's siblings are: the folder of its own executable.
Result<std::string> program_folder();

}  // namespace hallmark
