// The system call filter that builds run under, as the BPF program that bwrap --seccomp reads.
//
// Refused calls return an error, they do not kill: configure scripts and test suites probe for
// calls and cope with EPERM. Refused are: keys, BPF, perf, userfaultfd, io_uring, ptrace and
// reading other processes' memory, mounting and namespaces, file handles, kernel modules, clocks,
// and every socket family but UNIX, INET, INET6 and NETLINK_ROUTE (AF_VSOCK, which no network
// namespace holds back, above all).
#pragma once

#include "core/fd.hpp"

namespace hallmark {

// A descriptor to read the program from, once.
Result<UniqueFd> make_sandbox_filter();

}  // namespace hallmark
