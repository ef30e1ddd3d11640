#include "process/side_by_side.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hallmark {
namespace {

using Lines = std::vector<std::string>;

// What was told, as lines; ticks apart.
struct Told {
  Lines lines;
  std::size_t at_work = 0;
  std::size_t most_at_work = 0;

  SideBySideEvents events() {
    return {[this](std::size_t index) {
              lines.push_back("began " + std::to_string(index));
              most_at_work = std::max(most_at_work, ++at_work);
            },
            [this](std::size_t index, const Json& event) {
              lines.push_back(std::to_string(index) + " " + event.value("step", std::string()));
            },
            [this](std::size_t index, const Status& outcome) {
              --at_work;
              lines.push_back(std::to_string(index) + " " +
                              (outcome.ok() ? "ended" : outcome.error().message()));
            },
            [] {}};
  }
};

TEST_CASE("side by side: one at a time keeps the order") {
  Told told;
  const auto work = [](std::size_t index, const ProgressSink& progress) -> Status {
    progress(Json{{"step", "works"}});
    return index == 1 ? Status(policy_error("one", "does not want to", "leave it")) : ok_status();
  };
  REQUIRE(run_side_by_side(3, 1, work, told.events()).ok());
  CHECK(told.lines == Lines{"began 0", "0 works", "0 ended", "began 1", "1 works",
                            "1 one: does not want to", "began 2", "2 works", "2 ended"});
  CHECK(told.most_at_work == 1);
}

TEST_CASE("side by side: an error comes back whole") {
  std::optional<Error> error;
  Told told;
  SideBySideEvents events = told.events();
  events.ended = [&error](std::size_t, const Status& outcome) { error = outcome.error(); };
  REQUIRE(run_side_by_side(
              1, 1,
              [](std::size_t, const ProgressSink&) -> Status {
                return verification_error("subject", "cause", "hint");
              },
              events)
              .ok());
  REQUIRE(error);
  CHECK(error->kind == ErrorKind::kVerification);
  CHECK(error->message() == "subject: cause");
  CHECK(error->hint == "hint");
}

// Each of the two waits for a word of the other: one after the other they would wait forever.
TEST_CASE("side by side: two at a time meet, and a third is not begun before one has ended") {
  std::array<int, 2> to_first{};
  std::array<int, 2> to_second{};
  REQUIRE(::pipe(to_first.data()) == 0);
  REQUIRE(::pipe(to_second.data()) == 0);
  const auto work = [&](std::size_t index, const ProgressSink&) -> Status {
    if (index > 1) return ok_status();
    char word = 'x';
    const bool said = ::write(index == 0 ? to_second[1] : to_first[1], &word, 1) == 1;
    const bool heard = ::read(index == 0 ? to_first[0] : to_second[0], &word, 1) == 1;
    return said && heard ? ok_status() : Status(failed("meeting", "did not come about"));
  };
  Told told;
  REQUIRE(run_side_by_side(4, 2, work, told.events()).ok());
  CHECK(told.most_at_work == 2);
  CHECK(std::count_if(told.lines.begin(), told.lines.end(),
                      [](const std::string& line) { return line.ends_with(" ended"); }) == 4);
  for (const int fd : {to_first[0], to_first[1], to_second[0], to_second[1]}) ::close(fd);
}

TEST_CASE("side by side: one that dies, throws or ends in silence stops no other") {
  const auto work = [](std::size_t index, const ProgressSink&) -> Status {
    if (index == 0) ::raise(SIGKILL);
    if (index == 1) throw std::runtime_error("thrown");
    if (index == 2) ::_exit(0);
    return ok_status();
  };
  Told told;
  REQUIRE(run_side_by_side(4, 1, work, told.events()).ok());
  CHECK(told.lines == Lines{"began 0", "0 worker: was ended by signal 9", "began 1",
                            "1 work: thrown", "began 2", "2 worker: ended without an answer",
                            "began 3", "3 ended"});
}

// In a worker: its connection, which is none of the work's business.
int connection() {
  int found = -1;
  for (int fd = 0; fd < 1024; ++fd) {
    int type = 0;
    socklen_t size = sizeof(type);
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0) found = fd;
  }
  return found;
}

// What becomes of a worker that writes these bytes and works on for ever.
std::string outcome_of_writing(const std::string& bytes) {
  Told told;
  REQUIRE(run_side_by_side(
              1, 1,
              [&bytes](std::size_t, const ProgressSink&) -> Status {
                static_cast<void>(::write(connection(), bytes.data(), bytes.size()) < 0);
                for (;;) ::pause();
              },
              told.events())
              .ok());
  CHECK(told.at_work == 0);
  return told.lines.back();
}

std::string frame(const std::string& body) {
  return std::string("\0\0\0", 3) + static_cast<char>(body.size()) + body;
}

TEST_CASE("side by side: one that writes garbage is ended, and it is said what it did") {
  CHECK(outcome_of_writing("garbage") == "0 connection: a frame is larger than 16 MiB");
  CHECK(outcome_of_writing(frame("garbage")) == "0 message:1: is not valid JSON");
  CHECK(outcome_of_writing(frame("[1]")) == "0 connection: a message is not an object");
  CHECK(outcome_of_writing(frame("{}")) == "0 worker: said nothing that is known");
  CHECK(outcome_of_writing(frame(R"({"progress":7})")) == "0 worker: said nothing that is known");
  CHECK(outcome_of_writing(frame(R"({"error":[7]})")) == "0 worker: said nothing that is known");
}

TEST_CASE("side by side: one that tells of its progress without end is ended") {
  Told told;
  REQUIRE(run_side_by_side(
              2, 1,
              [](std::size_t index, const ProgressSink& progress) -> Status {
                while (index == 0) progress(Json{{"step", "on"}});
                return ok_status();
              },
              told.events())
              .ok());
  REQUIRE(told.lines.size() == 1004);
  CHECK(told.lines[1001] == "0 worker: told of its progress more than 1000 times");
  CHECK(told.lines[1003] == "1 ended");
}

TEST_CASE("side by side: an error that no message can hold is an error") {
  Told told;
  REQUIRE(run_side_by_side(
              1, 1, [](std::size_t, const ProgressSink&) -> Status { return failed("x", "\xff"); },
              told.events())
              .ok());
  CHECK(told.lines.back() == "0 message: holds text that is not UTF-8");
}

TEST_CASE("side by side: the workers end with whoever started them") {
  std::array<int, 2> alive{};  // its other end closes when the last of them has ended
  REQUIRE(::pipe(alive.data()) == 0);
  const pid_t starter = ::fork();
  REQUIRE(starter >= 0);
  if (starter == 0) {
    ::close(alive[0]);
    Told told;
    SideBySideEvents events = told.events();
    std::size_t ready = 0;
    events.progress = [&ready](std::size_t, const Json&) {
      if (++ready == 2) ::raise(SIGKILL);
    };
    static_cast<void>(run_side_by_side(
        2, 2,
        [](std::size_t, const ProgressSink& progress) -> Status {
          progress(Json{{"step", "ready"}});
          for (;;) ::pause();
        },
        events));
    ::_exit(0);
  }
  ::close(alive[1]);
  int status = 0;
  REQUIRE(::waitpid(starter, &status, 0) == starter);
  CHECK(WIFSIGNALED(status));
  char byte = 0;
  CHECK(::read(alive[0], &byte, 1) == 0);
  ::close(alive[0]);
}

TEST_CASE("side by side: nothing to do") {
  Told told;
  CHECK(run_side_by_side(
            0, 3, [](std::size_t, const ProgressSink&) { return ok_status(); }, told.events())
            .ok());
  CHECK(told.lines.empty());
}

}  // namespace
}  // namespace hallmark
