#include "publisher/transfer/tcp_connect.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace hallmark {
namespace {

struct AddressesDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// Empty if connected, otherwise why not.
std::string wait_connected(int socket, std::chrono::milliseconds timeout) {
  pollfd watched{socket, POLLOUT, 0};
  const int ready = ::poll(&watched, 1, static_cast<int>(timeout.count()));
  if (ready == 0) return "no answer in time";
  int code = ready < 0 ? errno : 0;
  socklen_t size = sizeof(code);
  if (ready > 0) ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size);
  return code == 0 ? "" : std::strerror(code);
}

Result<UniqueFd> connect_one(const addrinfo& address, std::chrono::milliseconds timeout,
                             const std::string& subject) {
  UniqueFd fd(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                       address.ai_protocol));
  if (!fd) return errno_error(subject, "cannot make a socket");
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    std::string cause = std::strerror(errno);
    if (errno == EINPROGRESS) cause = wait_connected(fd.get(), timeout);
    if (!cause.empty()) {
      return remote_error(subject, "cannot connect: " + cause,
                          "when the host is up and the window is open, run again");
    }
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
    return errno_error(subject, "cannot set up the socket");
  }
  return fd;
}

}  // namespace

Result<UniqueFd> tcp_connect(const std::string& address, uint16_t port,
                             std::chrono::milliseconds timeout) {
  const std::string subject = address + ":" + std::to_string(port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int code = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (code != 0)
    return remote_error(subject, std::string("cannot look it up: ") + gai_strerror(code));
  const std::unique_ptr<addrinfo, AddressesDeleter> list(raw);
  Error last = remote_error(subject, "has no address");
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    Result<UniqueFd> fd = connect_one(*one, timeout, subject);
    if (fd.ok()) return fd;
    last = fd.error();
  }
  return last;
}

}  // namespace hallmark
