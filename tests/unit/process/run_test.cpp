#include "process/run.hpp"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"

using namespace hallmark;

namespace {

Command shell(const std::string& script) {
  Command command;
  command.program = "/bin/sh";
  command.arguments = {"-c", script};
  return command;
}

}  // namespace

TEST_CASE("output, errors and exit status come back") {
  const auto outcome = run(shell("echo out; echo err >&2; exit 7"));
  REQUIRE(outcome.ok());
  CHECK(outcome->out == "out\n");
  CHECK(outcome->err == "err\n");
  CHECK(outcome->exit_code == 7);
}

TEST_CASE("the environment is what was given, and nothing of ours") {
  ::setenv("HALLMARK_TEST_SECRET", "leaked", 1);
  Command command;
  command.program = "/usr/bin/env";
  command.environment = {"GIVEN=yes"};
  const auto outcome = run(command);
  ::unsetenv("HALLMARK_TEST_SECRET");
  REQUIRE(outcome.ok());
  CHECK(outcome->out == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C.UTF-8\nGIVEN=yes\n");
}

TEST_CASE("a large standard input is passed whole") {
  Command command;
  command.program = "/usr/bin/wc";
  command.arguments = {"-c"};
  command.stdin_text = std::string(1'000'000, 'x');
  const auto outcome = run(command);
  REQUIRE(outcome.ok());
  CHECK(outcome->out == "1000000\n");
}

TEST_CASE("standard input and output may be descriptors") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  Command first;
  first.program = "/bin/echo";
  first.arguments = {"through the pipe"};
  first.stdout_fd = to.get();
  REQUIRE(run(first).ok());
  to.reset();
  Command second;
  second.program = "/bin/cat";
  second.stdin_fd = from.get();
  const auto outcome = run(second);
  REQUIRE(outcome.ok());
  CHECK(outcome->out == "through the pipe\n");
}

TEST_CASE("endless output is cut off with an error") {
  Command command = shell("yes");
  command.output_limit = 1000;
  CHECK_FALSE(run(command).ok());
}

TEST_CASE("a program that hangs is killed, and so is what it started") {
  Command command = shell("sleep 1000 & sleep 1000");
  command.timeout = std::chrono::seconds(1);
  const auto outcome = run(command);
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().cause == "did not finish in 1 seconds");
}

TEST_CASE("a program that closes its output and lives on is bounded too") {
  Command command = shell("exec >&- 2>&-; sleep 1000");
  command.timeout = std::chrono::seconds(1);
  CHECK_FALSE(run(command).ok());
}

TEST_CASE("a program that ends is done, though what it started holds its output open") {
  Command command = shell("echo said; sleep 1000 & exit 3");
  command.timeout = std::chrono::seconds(60);
  const auto outcome = run(command);
  REQUIRE(outcome.ok());
  CHECK(outcome->exit_code == 3);
  CHECK(outcome->out == "said\n");
}

TEST_CASE("a signal shows as 128 and its number") {
  const auto outcome = run(shell("kill -9 $$"));
  REQUIRE(outcome.ok());
  CHECK(outcome->exit_code == 137);
}

TEST_CASE("a program that is not there, or not named by its whole path, is an error") {
  Command command;
  command.program = "/nonexistent/program";
  CHECK_FALSE(run(command).ok());
  command.program = "sh";
  CHECK_FALSE(run(command).ok());
}

TEST_CASE("run_checked says what the program said last") {
  const auto outcome =
      run_checked(shell("echo first >&2; printf 'the \\033 cause\\n' >&2; exit 3"), "thing");
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().message() == "thing: sh exited with 3: first\nthe ? cause");
}

TEST_CASE("the last lines of nothing are nothing") {
  CHECK(last_lines("", 5).empty());
  CHECK(last_lines("\n\n", 5).empty());
  CHECK(last_lines("a\nb\n\nc", 2) == "b\nc");
}

TEST_CASE("a program that cannot begin is an error that says why") {
  Command command = shell("exit 127");
  CHECK(run(command).ok());  // that is the program's own word
  command.working_directory = "/nonexistent";
  const auto nowhere = run(command);
  REQUIRE_FALSE(nowhere.ok());
  CHECK(nowhere.error().subject == "/nonexistent");
  CHECK_FALSE(nowhere.error().hint.empty());
  command.working_directory = "/";
  command.program = "/etc";  // passes for something to run until it is tried
  CHECK_FALSE(run(command).ok());
}

TEST_CASE("a folder that is closed to the program's user is named") {
  if (::geteuid() != 0) return;
  const test::TestFolder folder;
  Command command = shell("true");
  command.working_directory = folder.path("");
  command.run_as = Identity{"nobody", 65534, 65534};
  const auto outcome = run(command);
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().message() ==
        folder.path("") + ": cannot be entered by user nobody: Permission denied");
}
