// A system call filter that says what a process may not do: for stock programs, and for programs
// whose libraries do too much for a list of what they may. hallmark-sign has such a list
// (process/confine.hpp).
#pragma once

namespace hallmark {

enum class Network { kKept, kUnixSocketsAlone };

// From now on this process, and all it starts: no tracing and no memory of other processes, no
// mounts, no namespaces, no kernel modules, no keyrings, no io_uring, bpf or perf; and as `network`
// says. Sets no_new_privs. May be called between fork and exec. False: errno says why.
bool deny_system_calls(Network network);

}  // namespace hallmark
