#include "core/wire.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <thread>

using namespace hallmark;

namespace {

struct Pair {
  Channel ours;
  Channel theirs;
};

Pair connected() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  return {Channel(UniqueFd(ends[0])), Channel(UniqueFd(ends[1]))};
}

// Serves one end until the other is closed.
class Serving {
 public:
  Serving(Channel channel, Handler handler)
      : thread_([channel = std::move(channel), handler = std::move(handler)]() mutable {
          static_cast<void>(serve_connection(channel, Peer{}, handler).ok());
        }) {}
  ~Serving() { thread_.join(); }

 private:
  std::thread thread_;
};

}  // namespace

TEST_CASE("a request with a file gets progress, then its answer") {
  Pair pair = connected();
  std::optional<Channel> client(std::move(pair.ours));
  const Serving serving(
      std::move(pair.theirs),
      [](const Peer&, Message& request, const ProgressSink& progress) -> Result<Response> {
        progress(Json{{"step", "half"}});
        HALLMARK_TRY(const std::string text, read_all(request.fds.at(0).get(), 100, "file"));
        return Response{Json{{"text", text}}, {}};
      });
  auto file = unnamed_file("/tmp");
  REQUIRE(file.ok());
  REQUIRE(write_all(file->get(), "hello").ok());
  std::vector<std::string> steps;
  const std::array<int, 1> fds = {file->get()};
  const auto answer = call(*client, Json{{"type", "read"}}, fds,
                           [&](const Json& event) { steps.push_back(event["step"]); });
  REQUIRE(answer.ok());
  CHECK(answer->body["text"] == "hello");
  CHECK(steps == std::vector<std::string>{"half"});
  client.reset();
}

TEST_CASE("a client that reads nothing misses progress and gets the whole answer") {
  Pair pair = connected();
  REQUIRE(pair.theirs.send(Json{{"type", "x"}}).ok());
  REQUIRE(::shutdown(pair.theirs.fd(), SHUT_WR) == 0);
  constexpr std::size_t kMany = 100'000;  // far more than a socket holds
  const Handler handler = [](const Peer&, Message&,
                             const ProgressSink& progress) -> Result<Response> {
    for (std::size_t i = 0; i < kMany; ++i) progress(Json{{"step", std::string(100, 'x')}});
    return Response{Json{{"text", "whole"}}, {}};
  };
  REQUIRE(serve_connection(pair.ours, Peer{}, handler).ok());
  std::size_t events = 0;
  for (;;) {
    const auto message = pair.theirs.receive();
    REQUIRE(message.ok());
    REQUIRE(*message);
    if (!(*message)->body.contains("progress")) {
      CHECK((*message)->body["ok"]["text"] == "whole");
      break;
    }
    ++events;
  }
  CHECK(events > 0);
  CHECK(events < kMany);
}

TEST_CASE("an error crosses with its kind, cause and hint") {
  Pair pair = connected();
  std::optional<Channel> client(std::move(pair.ours));
  const Serving serving(std::move(pair.theirs),
                        [](const Peer&, Message&, const ProgressSink&) -> Result<Response> {
                          return policy_error("lock", "is approved by one", "ask another");
                        });
  const auto answer = call(*client, Json{{"type", "x"}});
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().kind == ErrorKind::kPolicy);
  CHECK(answer.error().message() == "lock: is approved by one");
  CHECK(answer.error().hint == "ask another");
  client.reset();
}

TEST_CASE("a request without a type is refused, and the connection lives on") {
  Pair pair = connected();
  std::optional<Channel> client(std::move(pair.ours));
  const Serving serving(std::move(pair.theirs),
                        [](const Peer&, Message&, const ProgressSink&) -> Result<Response> {
                          return Response{Json::object(), {}};
                        });
  CHECK_FALSE(call(*client, Json{{"kind", "x"}}).ok());
  CHECK_FALSE(call(*client, Json{{"type", 1}}).ok());
  CHECK(call(*client, Json{{"type", "x"}}).ok());
  client.reset();
}

TEST_CASE("a frame of more than 16 MiB is refused before it is read") {
  Pair pair = connected();
  REQUIRE(write_all(pair.theirs.fd(), std::string("\x01\x00\x00\x01", 4)).ok());
  CHECK_FALSE(pair.ours.receive().ok());
}

TEST_CASE("a frame that stops in the middle is an error, an end between frames is not") {
  Pair cut = connected();
  REQUIRE(write_all(cut.theirs.fd(), std::string("\0\0\0\x09{\"a\"", 8)).ok());
  { const Channel gone(std::move(cut.theirs)); }
  CHECK_FALSE(cut.ours.receive().ok());

  Pair ended = connected();
  { const Channel gone(std::move(ended.theirs)); }
  const auto end = ended.ours.receive();
  REQUIRE(end.ok());
  CHECK_FALSE(end->has_value());
  CHECK(ended.ours.closed_by_peer());
}

TEST_CASE("a frame that comes too slowly is an error, where patience has an end") {
  Pair pair = connected();
  REQUIRE(pair.ours.expect_frames_within(std::chrono::seconds(1)).ok());
  REQUIRE(pair.theirs.send(Json{{"type", "x"}}).ok());
  CHECK(pair.ours.receive().ok());
  REQUIRE(write_all(pair.theirs.fd(), std::string("\0\0\0\x09{\"a\"", 8)).ok());
  const auto slow = pair.ours.receive();
  REQUIRE_FALSE(slow.ok());
  CHECK(slow.error().message().find("too slowly") != std::string::npos);
}

TEST_CASE("a client that is not served is told why") {
  Pair pair = connected();
  refuse_client(UniqueFd(::dup(pair.ours.fd())), policy_error("client", "is one too many"));
  const auto answer = call(pair.theirs, Json{{"type", "x"}});
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().cause == "is one too many");
}
