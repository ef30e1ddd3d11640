#include "cli/agents.hpp"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

#include "process/deny_list.hpp"
#include "process/read_only.hpp"

namespace hallmark {
namespace {

constexpr const char* kGpgAgent = "/usr/bin/gpg-agent";

// What one kind of agent needs to run.
struct AgentPlan {
  std::string home;
  std::string main_socket;                  // for its own user: keys are made through it
  std::vector<std::string> client_sockets;  // for the one program that uses the keys
  const char* socket_count;                 // the main one and the others, and their
  const char* socket_names;                 // names, as gpg-agent --supervised reads them
  std::string_view question;  // what the first client socket answers; empty: it greets unasked
};

// SSH_AGENTC_REQUEST_IDENTITIES, with its length before it.
constexpr std::string_view kRequestIdentities("\0\0\0\1\x0b", 5);

AgentPlan plan_for(AgentKind kind, const Layout& layout) {
  if (kind == AgentKind::kSigning) {
    return {layout.signing_keys(),
            layout.signing_keys() / "S.gpg-agent",
            {layout.signing_socket(), layout.log_socket()},
            "LISTEN_FDS=3",
            "LISTEN_FDNAMES=std:extra:ssh",
            ""};
  }
  return {layout.publishing_keys(),     layout.publishing_keys() / "S.gpg-agent",
          {layout.publishing_socket()}, "LISTEN_FDS=2",
          "LISTEN_FDNAMES=std:ssh",     kRequestIdentities};
}

Result<sockaddr_un> socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return failed(path, "is longer than a socket's path may be (107 bytes)",
                  "use a shorter --root");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<UniqueFd> new_socket() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error("agent socket", "cannot make");
  return socket;
}

// Whether an agent is at work there. To connect says little: a socket takes connections for as long
// as a dying agent, whose command was killed, still holds it.
Result<bool> agent_answers(const AgentPlan& plan) {
  constexpr timeval kPatience{5, 0};
  const std::string& path = plan.client_sockets.front();
  HALLMARK_TRY(const sockaddr_un address, socket_address(path));
  HALLMARK_TRY(const UniqueFd probe, new_socket());
  if (::setsockopt(probe.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience)) != 0) {
    return errno_error(path, "cannot set a time limit");
  }
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return false;
  }
  const std::string_view question = plan.question;
  const ssize_t sent = ::send(probe.get(), question.data(), question.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(question.size())) return false;
  char first = 0;
  return ::recv(probe.get(), &first, 1, 0) == 1;
}

// The socket that was bound there. The folder's owner may put something else in its place at any
// time: what is given away is what was looked at.
Status give_away(const std::string& path, uid_t owner, gid_t group) {
  HALLMARK_TRY(const UniqueFd socket, open_at(AT_FDCWD, path, O_PATH | O_NOFOLLOW));
  struct stat info {};
  if (::fstat(socket.get(), &info) != 0) return errno_error(path, "cannot look at");
  if (!S_ISSOCK(info.st_mode) || info.st_nlink != 1) {
    return failed(path, "is not the socket that was made there");
  }
  if (::fchownat(socket.get(), "", owner, group, AT_EMPTY_PATH) != 0) {
    return errno_error(path, "cannot set the owner");
  }
  return ok_status();
}

// Bound with its final rights while it is still root's, then given away: nobody can connect before.
Result<UniqueFd> listen_for(const std::string& path, uid_t owner, gid_t group, mode_t mode) {
  HALLMARK_TRY(const sockaddr_un address, socket_address(path));
  HALLMARK_TRY(UniqueFd socket, new_socket());
  ::unlink(path.c_str());
  const mode_t old_mask = ::umask(0777 & ~mode);
  const int bound =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(old_mask);
  if (bound != 0) return errno_error(path, "cannot bind");
  HALLMARK_CHECK(give_away(path, owner, group));
  if (::listen(socket.get(), 64) != 0) return errno_error(path, "cannot listen");
  return socket;
}

constexpr std::size_t kMostSockets = 3;

// The main socket first.
Result<std::vector<UniqueFd>> make_listeners(const AgentPlan& plan, const AgentUsers& users) {
  const uid_t owner = users.owner ? users.owner->uid : ::getuid();
  const gid_t group = users.owner ? users.owner->gid : ::getgid();
  std::vector<UniqueFd> listeners(1);
  HALLMARK_TRY(listeners.front(), listen_for(plan.main_socket, owner, group, 0600));
  for (const std::string& path : plan.client_sockets) {
    HALLMARK_TRY(listeners.emplace_back(),
                 listen_for(path, owner, users.client ? users.client->gid : group,
                            users.client ? 0660 : 0600));
  }
  return listeners;
}

// In the child, before exec: only calls that are safe after fork.
struct AgentExec {
  std::array<const char*, 7> argv;
  std::array<const char*, 8> envp;
  char* pid_text;  // inside envp: LISTEN_PID=…, known only after fork
  std::size_t pid_size;
  std::array<int, kMostSockets> sockets;  // -1: not used
  int null;
  std::span<const char* const> read_only;
  int trouble;  // for errno, where they cannot be made read-only; closed by all that follows
  const Identity* identity;
  pid_t parent;
};

void write_decimal(char* out, std::size_t size, pid_t pid) {
  std::size_t at = size - 1;
  out[at] = '\0';
  // Leading zeros are harmless: gpg-agent reads it with strtoul.
  for (pid_t rest = pid; at > 0; rest /= 10) out[--at] = static_cast<char>('0' + rest % 10);
}

[[noreturn]] void become_agent(const AgentExec& plan) {
  if (!plan.read_only.empty() && !make_read_only(plan.read_only)) {
    const int error = errno;
    ::_exit(::write(plan.trouble, &error, sizeof(error)) < 0 ? 126 : 127);
  }
  if (plan.identity != nullptr &&
      (::setgroups(0, nullptr) != 0 ||
       ::setresgid(plan.identity->gid, plan.identity->gid, plan.identity->gid) != 0 ||
       ::setresuid(plan.identity->uid, plan.identity->uid, plan.identity->uid) != 0)) {
    ::_exit(127);
  }
  // At once: asked kindly, it would stay for as long as somebody is connected, and answer nobody.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // In supervised mode gpg-agent does not ignore SIGPIPE itself: a client that is gone too early
  // would end it, and everybody's keys with it.
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  ::setpgid(0, 0);  // Ctrl-C is for the command, which ends the agent when it has ended the work
  const bool ready = ::getppid() == plan.parent && ::dup2(plan.null, 0) == 0 &&
                     ::dup2(plan.null, 1) == 1 && ::dup2(plan.null, 2) == 2;
  if (!ready) ::_exit(127);
  // Through numbers above 10, so that no dup2 overwrites what another still needs.
  std::array<int, kMostSockets> high{};
  for (std::size_t i = 0; i < kMostSockets; ++i) {
    high[i] = plan.sockets[i] < 0 ? -1 : ::fcntl(plan.sockets[i], F_DUPFD, 10);
  }
  int next = 3;  // the first that systemd, and who does as it does, hands over
  for (const int socket : high) {
    if (socket < 0) continue;
    if (::dup2(socket, next) != next) ::_exit(127);
    ++next;
  }
  ::close_range(static_cast<unsigned>(next), ~0U, 0);
  // It keeps keys in memory and speaks to nobody but its clients.
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0 || !deny_system_calls(Network::kUnixSocketsAlone)) {
    ::_exit(127);
  }
  write_decimal(plan.pid_text, plan.pid_size, ::getpid());
  ::execve(plan.argv[0], const_cast<char* const*>(plan.argv.data()),
           const_cast<char* const*>(plan.envp.data()));
  ::_exit(127);
}

// The private keys, and which of them are offered over the SSH socket.
Result<std::vector<std::string>> key_files(const std::string& home, AgentKind kind) {
  std::vector<std::string> paths = {home + "/private-keys-v1.d", home + "/sshcontrol"};
  for (const std::string& path : paths) {
    if (::access(path.c_str(), F_OK) == 0) continue;
    return failed(path, "is not there",
                  kind == AgentKind::kSigning ? "bring the keys back: 'hallmark keys restore'"
                                              : "publishing keys are in no backup: enrol another "
                                                "terminal, and let the hosts have its key");
  }
  return paths;
}

// 0: it was closed by what was started.
int reported_errno(int pipe) {
  int error = 0;
  ssize_t n = -1;
  do {
    n = ::read(pipe, &error, sizeof(error));
  } while (n < 0 && errno == EINTR);
  if (n < 0) return errno;
  return n == sizeof(error) ? error : 0;
}

Result<Agent> start_agent(AgentKind kind, const AgentPlan& plan, KeyFiles files,
                          const AgentUsers& users) {
  if (::access(kGpgAgent, X_OK) != 0) return errno_error(kGpgAgent, "cannot run");
  std::vector<std::string> stay;
  if (users.owner && files == KeyFiles::kStay) {
    HALLMARK_TRY(stay, key_files(plan.home, kind));
  }
  std::vector<const char*> read_only;
  for (const std::string& path : stay) read_only.push_back(path.c_str());
  HALLMARK_TRY(const std::vector<UniqueFd> listeners, make_listeners(plan, users));
  std::array<int, kMostSockets> sockets = {-1, -1, -1};
  for (std::size_t i = 0; i < listeners.size(); ++i) sockets.at(i) = listeners[i].get();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(kGpgAgent, "cannot make a pipe to");
  const UniqueFd report(ends[0]);
  UniqueFd trouble(ends[1]);
  HALLMARK_TRY(const UniqueFd null, open_at(AT_FDCWD, "/dev/null", O_RDWR));
  const std::string homedir = "--homedir=" + plan.home;
  const std::string gnupg_home = "GNUPGHOME=" + plan.home;
  const std::string home = "HOME=" + plan.home;
  std::string listen_pid = "LISTEN_PID=0000000000";
  const std::size_t prefix = std::strlen("LISTEN_PID=");
  // It need not watch for its socket or home being removed: it goes when this process does. To end
  // such a watch takes the kernel 10 ms, in which the command would wait for the agent's end.
  // Where it asks for a passphrase is for its own configuration to say, and for no client.
  const AgentExec exec{
      {kGpgAgent, homedir.c_str(), "--supervised", "--disable-check-own-socket", "--keep-tty",
       "--keep-display", nullptr},
      {listen_pid.c_str(), plan.socket_count, plan.socket_names, gnupg_home.c_str(), home.c_str(),
       "PATH=/usr/bin:/bin", "LC_ALL=C", nullptr},
      listen_pid.data() + prefix,
      listen_pid.size() + 1 - prefix,
      sockets,
      null.get(),
      read_only,
      trouble.get(),
      users.owner ? &*users.owner : nullptr,
      ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) return errno_error(kGpgAgent, "cannot start");
  if (pid == 0) become_agent(exec);
  std::vector<std::string> paths = plan.client_sockets;
  paths.push_back(plan.main_socket);
  Agent agent(pid, std::move(paths));
  trouble.reset();
  const int error = reported_errno(report.get());
  if (error == 0) return agent;
  errno = error;
  Error refused = errno_error(plan.home, "cannot mount its keys read-only for their agent");
  refused.hint = "it takes CAP_SYS_ADMIN, Linux 5.12, and a root folder that is a mount point";
  return refused;
}

Result<std::optional<Identity>> user_of(const char* name) {
  HALLMARK_TRY(std::optional<Identity> identity, find_identity(name));
  if (!identity) {
    return failed(std::string("user ") + name, "does not exist", "run 'hallmark init' first");
  }
  return identity;
}

}  // namespace

Agent::~Agent() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  for (const std::string& socket : sockets_) ::unlink(socket.c_str());
}

Result<AgentUsers> agent_users(AgentKind kind) {
  if (::geteuid() != 0) return AgentUsers{};
  const bool signing = kind == AgentKind::kSigning;
  AgentUsers users;
  HALLMARK_TRY(users.owner, user_of(signing ? "hallmark-keys" : "hallmark-pushkeys"));
  HALLMARK_TRY(users.client, user_of(signing ? "hallmark-sign" : "hallmark-push"));
  return users;
}

Result<std::optional<Agent>> ensure_agent(AgentKind kind, KeyFiles files, const Layout& layout) {
  const AgentPlan plan = plan_for(kind, layout);
  HALLMARK_TRY(const bool running, agent_answers(plan));
  if (running) return std::optional<Agent>();
  HALLMARK_TRY(const AgentUsers users, agent_users(kind));
  HALLMARK_TRY(Agent agent, start_agent(kind, plan, files, users));
  return std::optional<Agent>(std::move(agent));
}

}  // namespace hallmark
