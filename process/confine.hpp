// Rights that a process gives up, for itself and for all it starts.
#pragma once

#include "core/result.hpp"

namespace hallmark {

// For every program: no core dumps, not readable through /proc or ptrace by its own user, umask
// 022, no environment beyond PATH, LANG and TZ. Call first in main.
Status harden_process();

// Only AF_UNIX sockets can be created from now on; io_uring (which can create sockets behind the
// filter), ptrace and reading other processes' memory are refused too. Sets no_new_privs.
Status forbid_network();

// A new network namespace with nothing in it, not even a configured loopback. Needs root.
Status leave_network();

}  // namespace hallmark
