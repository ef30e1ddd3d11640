#include "process/isolated.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

constexpr std::chrono::seconds kLimit{20};

TEST_CASE("isolated: a function gives its text, to a limit") {
  const auto answer = run_isolated([] { return std::string("answer"); }, {}, kLimit);
  REQUIRE(answer.ok());
  CHECK(*answer == "answer");
  CHECK(run_isolated([] { return std::string(1 << 20, 'x'); }, {}, kLimit)->size() == 64 << 10);
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
      {}, kLimit);
  REQUIRE(answer.ok());
  CHECK(*answer == "end");
}

TEST_CASE("isolated: a function reads what it is given, and has nothing else open") {
  std::array<int, 2> input{};
  REQUIRE(::pipe2(input.data(), O_CLOEXEC) == 0);
  REQUIRE(::write(input[1], "input", 5) == 5);
  std::array<int, 2> other{};  // a client's socket, say
  REQUIRE(::pipe2(other.data(), O_CLOEXEC) == 0);
  const auto answer = run_isolated(
      [&] {
        std::string done;
        std::array<char, 16> buffer{};
        struct stat status {};
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, other[0], other[1]}) {
          if (::write(fd, "x", 1) >= 0) done += "write ";
          if (::read(fd, buffer.data(), buffer.size()) >= 0) done += "read ";
          if (::fstat(fd, &status) == 0) done += "open ";
        }
        if (::write(input[1], "x", 1) >= 0) done += "write to an input ";
        if (::stat("/etc/passwd", &status) == 0) done += "look at a path ";
        if (::fstat(input[0], &status) != 0) done += "no fstat ";
        const ssize_t n = ::read(input[0], buffer.data(), buffer.size());
        return done + std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
      },
      {input[0], input[1]}, kLimit);
  for (const int fd : {input[0], input[1], other[0], other[1]}) ::close(fd);
  REQUIRE(answer.ok());
  CHECK(*answer == "input");
}

TEST_CASE("isolated: a function that crashes, hangs or wants too much memory is an error") {
  CHECK_FALSE(run_isolated([]() -> std::string { ::_exit(3); }, {}, kLimit).ok());
  CHECK_FALSE(run_isolated(
                  [] {
                    for (volatile int forever = 1; forever != 0;) forever = 1;
                    return std::string();
                  },
                  {}, std::chrono::seconds(1))
                  .ok());
  CHECK_FALSE(
      run_isolated([] { return std::string(std::size_t{3} << 30U, 'x'); }, {}, kLimit).ok());
}

}  // namespace
}  // namespace hallmark
