// The protocol between Hallmark's programs: framed JSON over a Unix stream socket, files as passed
// descriptors. docs/formats.md describes it.
//
// Frame: u32 length, big-endian, at most 16 MiB, then that many bytes of JSON (an object).
// Descriptors, at most 250, ride as SCM_RIGHTS on the frame's first byte.
// Request: {"type": NAME, ...}. Answer: any number of {"progress": {...}}, then one of {"ok":
// {...}} and {"error": {"kind", "subject", "cause", "hint"}}.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/fd.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

constexpr std::size_t kMaxFrame = std::size_t{16} << 20U;
constexpr std::size_t kMaxDescriptors = 250;  // the kernel passes at most 253

// Json has a destructor that allocates; without memory for that, the program ends.
struct Message {  // NOLINT(bugprone-exception-escape)
  Json body;
  std::vector<UniqueFd> fds;
};

// One end of a connection. Not for use by several threads.
class Channel {
 public:
  explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}

  // For servers: from now on a frame has to be received, or to be taken off our hands by the other
  // side, within this time. How long there is none does not count.
  Status expect_frames_within(std::chrono::seconds patience);

  Status send(const Json& body, std::span<const int> fds = {});
  // nullopt: the other side closed the connection between two frames.
  Result<std::optional<Message>> receive();
  // A message of ordinary size can be sent without waiting for the other side to read.
  bool has_room() const;
  // The other side has gone: nothing that is sent can arrive.
  bool closed_by_peer() const;
  int fd() const { return socket_.get(); }

 private:
  UniqueFd socket_;
  std::optional<std::chrono::seconds> patience_;
};

// Reports how a long request is getting on: {"step", "done", "total", "unit", "note"}, all but step
// optional.
using ProgressSink = std::function<void(const Json&)>;

struct Response {
  Json body;
  std::vector<UniqueFd> fds;
};

// Who is at the other end, as the kernel says (SO_PEERCRED).
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};
Result<Peer> peer_of(int socket);

using Handler = std::function<Result<Response>(const Peer&, Message&, const ProgressSink&)>;

// Tells the client why it is not served.
void refuse_client(UniqueFd client, const Error& error);

// Answers requests until the other side closes.
Status serve_connection(Channel& channel, const Peer& peer, const Handler& handler);

// Sends a request and waits for its answer. A server that goes away is an error, as is one that
// sends something else than the protocol allows.
Result<Message> call(Channel& channel, const Json& request, std::span<const int> fds = {},
                     const ProgressSink& on_progress = nullptr);

Json error_to_json(const Error& error);
Error error_from_json(const Json& untrusted_error);

}  // namespace hallmark
