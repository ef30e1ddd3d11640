#include "process/isolated.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

constexpr std::chrono::seconds kLimit{20};

TEST_CASE("isolated: a function gives its text, to a limit") {
  const auto answer = run_isolated([] { return std::string("answer"); }, kLimit);
  REQUIRE(answer.ok());
  CHECK(*answer == "answer");
  CHECK(run_isolated([] { return std::string(1 << 20, 'x'); }, kLimit)->size() == 64 << 10);
}

TEST_CASE("isolated: a function can open nothing, start nothing and connect to nothing") {
  const auto answer = run_isolated(
      [] {
        std::string done;
        if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0) done += "open ";
        if (::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0) done += "socket ";
        if (::fork() >= 0) done += "fork ";
        if (::kill(::getppid(), 0) == 0) done += "kill ";
        return done + "end";
      },
      kLimit);
  REQUIRE(answer.ok());
  CHECK(*answer == "end");
}

TEST_CASE("isolated: a function that crashes, hangs or wants too much memory is an error") {
  CHECK_FALSE(run_isolated([]() -> std::string { ::_exit(3); }, kLimit).ok());
  CHECK_FALSE(run_isolated(
                  [] {
                    for (volatile int forever = 1; forever != 0;) forever = 1;
                    return std::string();
                  },
                  std::chrono::seconds(1))
                  .ok());
  CHECK_FALSE(run_isolated([] { return std::string(std::size_t{3} << 30U, 'x'); }, kLimit).ok());
}

}  // namespace
}  // namespace hallmark
