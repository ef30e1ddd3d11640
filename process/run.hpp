// Running another program: absolute path, argument vector, given environment, bounded output and
// time. Never a shell string.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "process/identity.hpp"

namespace hallmark {

struct Command {
  std::string program;                   // absolute path
  std::vector<std::string> arguments;    // without the program's name
  std::vector<std::string> environment;  // "NAME=value"; PATH and LANG=C.UTF-8 are always set
  std::string stdin_text;                // the whole of standard input
  std::string working_directory = "/";
  uint64_t output_limit = uint64_t{1} << 20U;  // bytes of stdout, and again of stderr
  std::chrono::seconds timeout{60};
  std::vector<int> inherit_fds;  // stay open in the program, under the same numbers
  std::function<void(std::string_view)> on_output;  // sees stdout and stderr as they come
  int stdin_fd = -1;                                // stdin comes from here, not from stdin_text
  int stdout_fd = -1;                               // stdout goes here and not into Outcome::out
  std::optional<Identity> run_as;  // root only: the program runs as this user, with no way back
  bool interactive = false;        // stays in our process group, so that it may ask on the terminal
};

struct Outcome {
  int exit_code = 0;  // 128 + N where signal N ended it
  std::string out;
  std::string err;
};

// An error when the program cannot be started, writes more than the limit or takes too long; the
// whole process group is killed then. That the working directory is closed to the program's user is
// such an error, too. A program that ran and failed is an Outcome.
Result<Outcome> run(const Command& command);

// stdout of a program that exits 0. Otherwise an error about `subject` with the last lines of
// stderr.
Result<std::string> run_checked(const Command& command, const std::string& subject);

// The last `lines` non-empty lines, for error messages; control characters are shown as '?'.
std::string last_lines(std::string_view untrusted_text, std::size_t lines);

}  // namespace hallmark
