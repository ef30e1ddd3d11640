#include "process/workers.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <thread>

namespace hallmark {
namespace {

using Workers = std::map<pid_t, uid_t>;  // and whom each serves

std::string describe_end(int status) {
  if (!WIFSIGNALED(status)) return "";
  if (WTERMSIG(status) == SIGALRM) return "its request took too long";
  return "its worker was ended by signal " + std::to_string(WTERMSIG(status));
}

// Forgets the workers that have ended; waits for one when there is no room for another.
void collect(Workers& workers, const std::function<void(const Error&)>& report) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, workers.size() < kMaxClients ? WNOHANG : 0);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return;
    const auto found = workers.find(pid);
    if (found == workers.end()) continue;
    const std::string end = describe_end(status);
    if (!end.empty()) report(failed("client of uid " + std::to_string(found->second), end));
    workers.erase(found);
  }
}

std::size_t clients_of(const Workers& workers, uid_t uid) {
  return static_cast<std::size_t>(std::count_if(
      workers.begin(), workers.end(), [uid](const auto& worker) { return worker.second == uid; }));
}

Error too_many(uid_t uid) {
  return failed("client of uid " + std::to_string(uid),
                "has " + std::to_string(kMaxClientsOfOneUser) + " connections already",
                "close one, or wait until one is done");
}

Result<UniqueFd> accept_client(const UniqueFd& listener, const std::string& name) {
  for (;;) {
    UniqueFd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) return client;
    const bool passes = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (passes) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (!passes && errno != EINTR && errno != ECONNABORTED) {
      return errno_error(name, "cannot accept");
    }
  }
}

}  // namespace

Status serve_in_workers(const UniqueFd& listener, const std::string& name,
                        const std::function<Status(UniqueFd client, const Peer& peer)>& serve,
                        const std::function<void(const Error& error)>& report) {
  Workers workers;
  const pid_t parent = ::getpid();
  for (;;) {
    collect(workers, report);
    HALLMARK_TRY(UniqueFd client, accept_client(listener, name));
    collect(workers, report);
    HALLMARK_TRY(const Peer peer, peer_of(client.get()));
    if (clients_of(workers, peer.uid) >= kMaxClientsOfOneUser) {
      refuse_client(std::move(client), too_many(peer.uid));
      continue;
    }
    const pid_t pid = ::fork();
    if (pid < 0) {
      const Error error = errno_error(name, "cannot start a worker");
      report(error);
      refuse_client(std::move(client), error);
      continue;
    }
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const Status served = ::getppid() == parent ? serve(std::move(client), peer) : ok_status();
      if (!served.ok()) report(served.error());
      ::_exit(0);
    }
    workers.emplace(pid, peer.uid);
  }
}

}  // namespace hallmark
