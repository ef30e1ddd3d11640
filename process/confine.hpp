// Rights that a process gives up, for itself and for all it starts.
#pragma once

#include <span>

#include "core/result.hpp"

namespace hallmark {

// For every program: no core dumps, not readable through /proc or ptrace by its own user, umask
// 022, no environment beyond PATH, LANG and TZ. Call first in main.
Status harden_process();

// From now on this process, and all it starts, makes only the system calls with these names; any
// other fails as if the kernel did not have it (ENOSYS). Of those that do many things, not even
// everything that is named: socket and socketpair are for AF_UNIX alone, clone makes no namespaces,
// ioctl and prctl do little. Sets no_new_privs.
Status allow_system_calls(std::span<const char* const> names);

// A new network namespace with nothing in it, not even a configured loopback. Needs root.
Status leave_network();

}  // namespace hallmark
