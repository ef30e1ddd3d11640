#include "cli/servers.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

namespace hallmark {
namespace {

// An invalid descriptor: nothing listens.
UniqueFd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return {};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!socket || ::connect(socket.get(), generic, sizeof(address)) != 0) return {};
  return socket;
}

struct Started {
  UniqueFd socket;
  pid_t pid;
};

Result<Started> start_program(const std::string& program, const Layout& layout) {
  HALLMARK_TRY(const std::string folder, program_folder());
  const std::string path = folder + "/" + program;
  if (::access(path.c_str(), X_OK) != 0) return errno_error(path, "cannot run");
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return errno_error(program, "cannot make a connection");
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const std::string root = layout.root;
  const std::array<const char*, 5> argv = {path.c_str(), "--root", root.c_str(), "--stdio",
                                           nullptr};
  const std::array<const char*, 1> envp = {nullptr};
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return errno_error(program, "cannot start");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent && ::dup2(theirs.get(), 0) == 0) {
      ::execve(path.c_str(), const_cast<char* const*>(argv.data()),
               const_cast<char* const*>(envp.data()));
    }
    ::_exit(127);
  }
  return Started{std::move(ours), pid};
}

}  // namespace

Result<std::string> program_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  if (size <= 0) return errno_error("/proc/self/exe", "cannot read");
  const std::string self(path.data(), static_cast<std::size_t>(size));
  return self.substr(0, self.rfind('/'));
}

ServerConnection::ServerConnection(std::string program, UniqueFd socket, pid_t pid)
    : program_(std::move(program)), channel_(Channel(std::move(socket))), pid_(pid) {}

ServerConnection::ServerConnection(ServerConnection&& other) noexcept
    : program_(std::move(other.program_)), channel_(std::move(other.channel_)), pid_(other.pid_) {
  other.channel_.reset();
  other.pid_ = -1;
}

Result<ServerConnection> ServerConnection::open(const std::string& program, const Layout& layout) {
  UniqueFd socket = connect_to(layout.server_socket(program));
  if (socket) return ServerConnection(program, std::move(socket), -1);
  HALLMARK_TRY(Started started, start_program(program, layout));
  return ServerConnection(program, std::move(started.socket), started.pid);
}

ServerConnection::~ServerConnection() {
  channel_.reset();  // the server sees the end of its connection, and ends
  if (pid_ <= 0) return;
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// A server that ended instead of answering has said why on stderr, or was killed.
Error ServerConnection::explain_end() {
  channel_.reset();
  if (pid_ <= 0) return failed(program_, "closed the connection before it answered");
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) {
    return failed(program_, "was ended by signal " + std::to_string(WTERMSIG(status)),
                  "run the same command again: it goes on where this one stopped");
  }
  Error explained = failed(program_, "ended before it answered");
  const int code = WEXITSTATUS(status);
  for (const ErrorKind kind : {ErrorKind::kVerification, ErrorKind::kPolicy, ErrorKind::kRemote}) {
    if (code == static_cast<int>(kind)) explained.kind = kind;
  }
  return explained;
}

Result<Message> ServerConnection::request(const Json& body, std::span<const int> fds,
                                          const ProgressSink& progress) {
  if (!channel_) return failed(program_, "is gone");
  Result<Message> answer = call(*channel_, body, fds, progress);
  if (!answer.ok() && channel_->closed_by_peer()) return explain_end();
  return answer;
}

}  // namespace hallmark
