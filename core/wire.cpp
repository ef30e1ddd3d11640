#include "core/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace hallmark {
namespace {

constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(int) * kMaxDescriptors);

Error connection_error(const char* operation) { return errno_error("connection", operation); }

void attach_descriptors(msghdr& header, std::span<char> control, std::span<const int> fds) {
  if (fds.empty()) return;
  header.msg_control = control.data();
  header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
  std::memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
}

// Takes ownership of every descriptor that arrived, wanted or not.
void collect_descriptors(msghdr& header, std::vector<UniqueFd>& out) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
      out.emplace_back(fd);
    }
  }
}

// Sends all of `bytes`; the descriptors go with the first byte.
Status send_bytes(int socket, std::string_view bytes, std::span<const int> fds) {
  std::array<char, kControlSize> control{};
  while (!bytes.empty()) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    attach_descriptors(header, control, fds);
    const ssize_t n = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      return connection_error("cannot send");
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
    fds = {};
  }
  return ok_status();
}

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;

// Waits until there is something to receive, or the other side has closed.
Status wait_for_bytes(int socket, const Deadline& deadline) {
  for (;;) {
    int wait = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      wait = static_cast<int>(std::max<int64_t>(left.count(), 0));
    }
    pollfd readable{socket, POLLIN, 0};
    const int ready = ::poll(&readable, 1, wait);
    if (ready > 0) return ok_status();
    if (ready == 0) return failed("connection", "the other side sends a message too slowly");
    if (errno != EINTR) return connection_error("cannot wait");
  }
}

// Fills `buffer`; returns how much came before the end of the stream.
Result<std::size_t> receive_bytes(int socket, std::span<char> buffer, std::vector<UniqueFd>& fds,
                                  const Deadline& deadline) {
  std::size_t used = 0;
  while (used < buffer.size()) {
    if (deadline) HALLMARK_CHECK(wait_for_bytes(socket, deadline));
    std::array<char, kControlSize> control{};
    iovec part{buffer.data() + used, buffer.size() - used};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t n = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    if (n < 0) {
      if (errno == EINTR) continue;
      return connection_error("cannot receive");
    }
    collect_descriptors(header, fds);
    if ((static_cast<unsigned>(header.msg_flags) & unsigned{MSG_CTRUNC}) != 0U ||
        fds.size() > kMaxDescriptors) {
      return failed("connection", "the other side passed too many descriptors");
    }
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  return used;
}

Response error_response(const Error& error) { return {Json{{"error", error_to_json(error)}}, {}}; }

Response answer(const Peer& peer, Message& request, const Handler& handler,
                const ProgressSink& progress) {
  if (!request.body.is_object() || !request.body.contains("type") ||
      !request.body["type"].is_string()) {
    return error_response(failed("request", "has no type"));
  }
  // Hallmark throws nothing; a library that does must not end the server.
  try {
    Result<Response> result = handler(peer, request, progress);
    if (!result.ok()) return error_response(result.error());
    return {Json{{"ok", std::move(result->body)}}, std::move(result->fds)};
  } catch (const std::exception& exception) {
    return error_response(failed("request", exception.what()));
  }
}

}  // namespace

Status Channel::expect_frames_within(std::chrono::seconds patience) {
  const timeval limit{patience.count(), 0};
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
    return connection_error("cannot set a time limit");
  }
  patience_ = patience;
  return ok_status();
}

Status Channel::send(const Json& body, std::span<const int> fds) {
  std::string frame;
  try {
    frame = body.dump();
  } catch (const Json::exception&) {
    return failed("message", "holds text that is not UTF-8");
  }
  if (frame.size() > kMaxFrame) return failed("message", "is larger than a frame may be");
  if (fds.size() > kMaxDescriptors) return failed("message", "has too many descriptors");
  const auto size = static_cast<uint32_t>(frame.size());
  const std::array<char, 4> length = {static_cast<char>(size >> 24U),
                                      static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                                      static_cast<char>(size)};
  frame.insert(frame.begin(), length.begin(), length.end());
  return send_bytes(socket_.get(), frame, fds);
}

Result<std::optional<Message>> Channel::receive() {
  Deadline deadline;
  if (patience_) {
    HALLMARK_CHECK(wait_for_bytes(socket_.get(), std::nullopt));
    deadline = Clock::now() + *patience_;
  }
  Message message;
  std::array<char, 4> length{};
  HALLMARK_TRY(const std::size_t got, receive_bytes(socket_.get(), length, message.fds, deadline));
  if (got == 0) return std::optional<Message>();
  const Error cut = failed("connection", "the other side stopped in mid-message");
  if (got != length.size()) return cut;
  std::size_t size = 0;
  for (const char c : length) size = size << 8U | static_cast<unsigned char>(c);
  if (size > kMaxFrame) return failed("connection", "a frame is larger than 16 MiB");

  std::string frame(size, '\0');
  HALLMARK_TRY(const std::size_t body, receive_bytes(socket_.get(), frame, message.fds, deadline));
  if (body != size) return cut;
  HALLMARK_TRY(message.body, parse_json(frame, "message", {kMaxFrame, 64}));
  if (!message.body.is_object()) return failed("connection", "a message is not an object");
  return std::optional<Message>(std::move(message));
}

bool Channel::has_room() const {
  pollfd wait{socket_.get(), POLLOUT, 0};
  return ::poll(&wait, 1, 0) == 1 &&
         (static_cast<unsigned>(wait.revents) & unsigned{POLLOUT}) != 0U;
}

bool Channel::closed_by_peer() const {
  pollfd wait{socket_.get(), POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1 &&
         (static_cast<unsigned>(wait.revents) & unsigned{POLLHUP}) != 0U;
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return connection_error("cannot tell who is at the other end");
  }
  return Peer{credentials.uid, credentials.gid, credentials.pid};
}

void refuse_client(UniqueFd client, const Error& error) {
  Channel channel(std::move(client));
  const Status ignored = channel.send(error_response(error).body);  // it may be gone already
  static_cast<void>(ignored);
}

Status serve_connection(Channel& channel, const Peer& peer, const Handler& handler) {
  // A client that goes away in mid-request must not stop the work: what is done stays done, and the
  // next run finds it. So failures to report progress are not errors here, and one that does not
  // read (its terminal is stopped, say) misses some of it: waiting could cut a message in two.
  const ProgressSink progress = [&channel](const Json& event) {
    if (!channel.has_room()) return;
    const Status ignored = channel.send(Json{{"progress", event}});
    static_cast<void>(ignored);
  };
  for (;;) {
    Result<std::optional<Message>> received = channel.receive();
    if (!received.ok()) {
      // Where the next frame begins is not known any more.
      const Status ignored = channel.send(error_response(received.error()).body);
      static_cast<void>(ignored);
      return received.error();
    }
    std::optional<Message>& request = *received;
    if (!request) return ok_status();
    const Response response = answer(peer, *request, handler, progress);
    std::vector<int> fds;
    for (const UniqueFd& fd : response.fds) fds.push_back(fd.get());
    HALLMARK_CHECK(channel.send(response.body, fds));
  }
}

Result<Message> call(Channel& channel, const Json& request, std::span<const int> fds,
                     const ProgressSink& on_progress) {
  HALLMARK_CHECK(channel.send(request, fds));
  for (;;) {
    HALLMARK_TRY(std::optional<Message> message, channel.receive());
    if (!message) return failed("server", "went away before it answered");
    Json& body = message->body;
    if (!body.is_object()) return failed("server", "did not follow the protocol");
    if (body.contains("progress")) {
      if (on_progress) on_progress(body["progress"]);
      continue;
    }
    if (body.contains("error")) return error_from_json(body["error"]);
    if (!body.contains("ok")) return failed("server", "did not follow the protocol");
    Json ok = std::move(body["ok"]);
    return Message{std::move(ok), std::move(message->fds)};
  }
}

Json error_to_json(const Error& error) {
  return Json{{"kind", error_kind_name(error.kind)},
              {"subject", error.subject},
              {"cause", error.cause},
              {"hint", error.hint}};
}

Error error_from_json(const Json& untrusted_error) {
  const auto text = [&untrusted_error](const char* key) {
    if (!untrusted_error.is_object()) return std::string();
    const auto found = untrusted_error.find(key);
    if (found == untrusted_error.end() || !found->is_string()) return std::string();
    return found->get<std::string>();
  };
  return Error{error_kind_from_name(text("kind")), text("subject"), text("cause"), text("hint")};
}

}  // namespace hallmark
