// A sealed place to run a build in: bubblewrap, with nothing of this machine but an unpacked
// environment to read and the folders that are bound into it.
//
// Every namespace is new (so: no network but an empty loopback, no other process in sight), no
// capabilities, no new privileges, a system call filter (sandbox_filter.hpp), limits on processes,
// memory and file sizes, an empty /tmp, a clean environment. The command is process 1 of the
// sandbox: when it ends, the kernel ends whatever it left running before we are told.
//
// Packages are installed in another form of it: the environment is the root itself, and can be
// written to; the command is root there, with the capabilities that installing takes, over the
// users that this user's subordinate ids are. All else is the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "process/run.hpp"

namespace hallmark {

struct SandboxBind {
  std::string from;  // absolute path outside
  std::string to;    // absolute path inside
  bool writable = false;
};

struct Sandbox {
  std::string environment;         // folder of an unpacked environment
  std::vector<SandboxBind> binds;  // after the environment, in this order
  std::string hostname;
  bool as_root = false;  // the form for installing packages; `uid` counts for nothing
  uint32_t uid = 1000;   // inside, of the one user there is; the group has the same number
  std::vector<unsigned> cpus;
  std::vector<std::string> variables;  // "NAME=value"; nothing else is set
  std::vector<std::string> command;    // the program's path inside first
  std::chrono::seconds timeout{0};
  std::string log;  // a new file for what the command writes; beyond kMaxLog the command is ended
};

constexpr uint64_t kMaxLog = uint64_t{64} << 20U;  // bytes

// A top-level name of an environment and how the sandbox shows it.
struct RootEntry {
  std::string name;
  std::string link_target;  // empty: a folder
  bool operator==(const RootEntry&) const = default;
};
// What a build may see of an environment's top level, sorted: usr, etc, opt, var, and the links or
// folders bin, sbin, lib*. The others are empty, or made anew for each build.
Result<std::vector<RootEntry>> environment_entries(const std::string& environment);

// The arguments for bwrap, without its name.
std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox,
                                              const std::vector<RootEntry>& entries, int filter_fd);

// Outcome::out is the log. stderr is for bwrap's own trouble: the command has to redirect its own.
Result<Outcome> run_in_sandbox(const Sandbox& sandbox);

// The processors this process may use.
Result<std::vector<unsigned>> available_cpus();

}  // namespace hallmark
