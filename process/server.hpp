// The main function that Hallmark's servers share: options, giving up rights, serving requests.
//
//   PROGRAM --root DIR --stdio        serve one client on descriptor 0, a Unix socket
//   PROGRAM --root DIR --socket PATH  listen there, one client after another, or several at a time
//
// The order is the point: harden; if root, prepare and become the program's own user; only then
// read any file; make the socket; confine; only then read any request. Outside a root made by `init
// --demo`, a peer with the server's own uid is refused: one uid is no boundary.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/layout.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"

namespace hallmark {

struct ServerProgram {
  std::string name;     // the program's, and its Unix user's
  std::string summary;  // one line for --help
  // While still root, where started as root. Optional.
  std::function<Status(const Layout&)> before_identity;
  // As the program's own user, before the first request. Optional.
  std::function<Status(const Layout&)> confine;
  std::function<Result<Handler>(const Layout&, bool demo)> start;
  // Several clients of a socket at a time, each served by a process that calls `start` for itself.
  bool workers = false;
  // The process that answers a request ends if it takes longer. 0: no limit.
  std::chrono::seconds longest_request{0};
};

// Returns the exit code.
int server_main(int argc, char** argv, const ServerProgram& program);

}  // namespace hallmark
