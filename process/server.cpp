#include "process/server.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>
#include <vector>

#include "core/model/terminal.hpp"
#include "process/confine.hpp"
#include "process/identity.hpp"
#include "process/time_limit.hpp"
#include "process/workers.hpp"

namespace hallmark {
namespace {

struct Options {
  std::string root;
  std::string socket;  // empty: --stdio
  bool help = false;
  bool version = false;
};

Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  bool stdio = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--root" && has_value) {
      options.root = arguments[++i];
    } else if (argument == "--socket" && has_value) {
      options.socket = arguments[++i];
    } else if (argument == "--stdio") {
      stdio = true;
    } else if (argument == "--help") {
      options.help = true;
    } else if (argument == "--version") {
      options.version = true;
    } else {
      return usage_error(argument, "is not an option, or lacks its value", "try --help");
    }
  }
  if (options.help || options.version) return options;
  if (options.root.empty()) return usage_error("--root", "is required", "try --help");
  if (stdio == !options.socket.empty()) {
    return usage_error("--stdio, --socket", "exactly one of them is required", "try --help");
  }
  return options;
}

void print_help(const ServerProgram& program) {
  std::cout << "usage: " << program.name << " --root DIR (--stdio | --socket PATH)\n\n"
            << program.summary
            << "\n\n"
               "  --root DIR     the terminal's state folder\n"
               "  --stdio        serve one client on standard input, a Unix socket\n"
               "  --socket PATH  listen on a Unix socket\n"
               "  --version      print the version\n\n"
               "The hallmark command starts this program itself where nothing listens.\n";
}

int report(const ServerProgram& program, const Error& error) {
  std::cerr << program.name << ": error: " << error.message() << "\n";
  if (!error.hint.empty()) std::cerr << program.name << ": hint: " << error.hint << "\n";
  return static_cast<int>(error.kind);
}

Status take_identity(const ServerProgram& program, const Layout& layout) {
  if (::geteuid() != 0) return ok_status();
  if (program.before_identity) HALLMARK_CHECK(program.before_identity(layout));
  HALLMARK_TRY(const std::optional<Identity> identity, find_identity(program.name));
  if (!identity) {
    return failed("user " + program.name, "does not exist", "run 'hallmark init' first");
  }
  return become(*identity);
}

Result<UniqueFd> listen_on(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return failed(path, "is too long for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error(path, "cannot make a socket");
  ::unlink(path.c_str());
  // Made for this user and group alone; a wider reach is for whoever set the folder up.
  const mode_t old_mask = ::umask(0117);
  const int bound =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(old_mask);
  if (bound != 0 || ::listen(socket.get(), 8) != 0) return errno_error(path, "cannot listen");
  return socket;
}

// Takes the client's socket from standard input: nothing that this program starts may inherit it
// and speak in our name.
Result<UniqueFd> take_stdin() {
  UniqueFd client(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  if (!client) return errno_error("standard input", "cannot be taken");
  HALLMARK_TRY(const UniqueFd null, open_at(AT_FDCWD, "/dev/null", O_RDWR));
  if (::dup2(null.get(), 0) != 0) return errno_error("standard input", "cannot be replaced");
  return client;
}

// A frame is on its way for this long at most. It never leaves the machine.
constexpr std::chrono::seconds kFramePatience(30);

Status serve_client(UniqueFd client, const Peer& peer, bool demo, const Handler& handler) {
  if (!demo && peer.uid == ::geteuid()) {
    Error refusal =
        policy_error("client", "has this server's own uid, and one uid is no boundary",
                     "run the server as its own user, or use a root made by 'init --demo'");
    refuse_client(std::move(client), refusal);
    return refusal;
  }
  Channel channel(std::move(client));
  HALLMARK_CHECK(channel.expect_frames_within(kFramePatience));
  return serve_connection(channel, peer, handler);
}

// The client's files are closed within the limit as well: closing can hang like reading.
Handler limited(const Handler& handler, std::chrono::seconds limit) {
  if (limit.count() == 0) return handler;
  return [handler, limit](const Peer& peer, Message& request, const ProgressSink& progress) {
    const TimeLimit time(limit);
    Result<Response> answer = handler(peer, request, progress);
    request.fds.clear();
    return answer;
  };
}

// What serves one client, or one after another.
struct Service {
  const ServerProgram& program;
  const Layout& layout;
  bool demo;

  Result<Handler> start() const {
    HALLMARK_TRY(const Handler handler, program.start(layout, demo));
    return limited(handler, program.longest_request);
  }

  // Where it cannot start (the disk is full, say) every request is answered with the reason.
  Handler start_or_tell() const {
    Result<Handler> handler = start();
    if (handler.ok()) return std::move(*handler);
    return [error = handler.error()](const Peer&, Message&,
                                     const ProgressSink&) -> Result<Response> { return error; };
  }
};

Status serve_stdin(const Service& service) {
  HALLMARK_TRY(const Handler handler, service.start());
  HALLMARK_TRY(UniqueFd client, take_stdin());
  HALLMARK_TRY(const Peer peer, peer_of(client.get()));
  return serve_client(std::move(client), peer, service.demo, handler);
}

Status serve_one_by_one(const Service& service, const UniqueFd& listener, const std::string& path) {
  HALLMARK_TRY(const Handler handler, service.start());
  for (;;) {
    UniqueFd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return errno_error(path, "cannot accept");
    }
    HALLMARK_TRY(const Peer peer, peer_of(client.get()));
    const Status served = serve_client(std::move(client), peer, service.demo, handler);
    if (!served.ok()) report(service.program, served.error());
  }
}

Status serve_side_by_side(const Service& service, const UniqueFd& listener,
                          const std::string& path) {
  // Trouble that every worker would meet is ours; what was opened is closed again before a fork.
  HALLMARK_CHECK(service.start());
  const auto serve = [&service](UniqueFd client, const Peer& peer) -> Status {
    return serve_client(std::move(client), peer, service.demo, service.start_or_tell());
  };
  return serve_in_workers(listener, path, serve, [&service](const Error& error) {
    static_cast<void>(report(service.program, error));
  });
}

Status run_server(const Options& options, const ServerProgram& program) {
  const Layout layout{options.root};
  HALLMARK_CHECK(take_identity(program, layout));
  // A server that was started for one command ends with it, however that ends. Asked for only now:
  // the change of user would have cleared it.
  if (options.socket.empty()) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  HALLMARK_TRY(const std::string text, read_file(layout.terminal(), uint64_t{1} << 20U));
  HALLMARK_TRY(const Terminal terminal, parse_terminal(text, layout.terminal()));
  UniqueFd listener;
  if (!options.socket.empty()) {
    HALLMARK_TRY(listener, listen_on(options.socket));
  }
  if (program.confine) HALLMARK_CHECK(program.confine(layout));
  const Service service{program, layout, terminal.demo};
  if (!listener) return serve_stdin(service);
  return program.workers ? serve_side_by_side(service, listener, options.socket)
                         : serve_one_by_one(service, listener, options.socket);
}

}  // namespace

int server_main(int argc, char** argv, const ServerProgram& program) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  const Status hardened = harden_process();
  if (!hardened.ok()) return report(program, hardened.error());
  const Result<Options> options = parse_options(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) return report(program, options.error());
  if (options->help) {
    print_help(program);
    return 0;
  }
  if (options->version) {
    std::cout << program.name << " " << HALLMARK_VERSION << "\n";
    return 0;
  }
  const Status served = run_server(*options, program);
  return served.ok() ? 0 : report(program, served.error());
}

}  // namespace hallmark
