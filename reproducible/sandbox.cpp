#include "reproducible/sandbox.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "core/fd.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/sandbox_filter.hpp"

namespace hallmark {
namespace {

struct Limit {
  const char* option;
  decltype(RLIMIT_NOFILE) resource;
  uint64_t soft;
  uint64_t hard;
};
constexpr uint64_t kGiB = uint64_t{1} << 30U;
// Generous for a compiler, far from what takes a machine down. Memory is counted as writable
// private memory of one process, not as address space, of which Java reserves far more than it
// uses. Few descriptors by default: fakeroot closes every possible one.
constexpr Limit kLimits[] = {
    {"--nproc", RLIMIT_NPROC, 4096, 4096},
    {"--data", RLIMIT_DATA, 16 * kGiB, 16 * kGiB},
    {"--fsize", RLIMIT_FSIZE, 16 * kGiB, 16 * kGiB},
    {"--nofile", RLIMIT_NOFILE, 1024, 65536},
    {"--core", RLIMIT_CORE, 0, 0},
};

// A limit can be lowered, but not raised above what we have.
std::string limit_argument(const Limit& limit) {
  rlimit now{RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(limit.resource, &now);
  const auto lower = [&](uint64_t wanted) { return std::min<uint64_t>(wanted, now.rlim_max); };
  return std::string(limit.option) + "=" + std::to_string(lower(limit.soft)) + ":" +
         std::to_string(lower(limit.hard));
}

bool is_shown(const std::string& name) {
  return name == "usr" || name == "etc" || name == "opt" || name == "var" || name == "bin" ||
         name == "sbin" || name.starts_with("lib");
}

void add(std::vector<std::string>& arguments, std::initializer_list<std::string> more) {
  arguments.insert(arguments.end(), more);
}

// A new user namespace of one user.
void add_one_user(const Sandbox& sandbox, std::vector<std::string>& out) {
  const std::string id = std::to_string(sandbox.uid);
  add(out, {"--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--uid", id,
            "--gid", id});
}

// bwrap is started in the user namespace that is to be, with all its users, as root: what it
// unshares is the rest.
void add_root_user(std::vector<std::string>& out) {
  add(out, {"--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
            "--unshare-cgroup-try", "--cap-drop", "ALL"});
  for (const char* capability :
       {"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
        "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETUID"}) {
    add(out, {"--cap-add", capability});
  }
}

void add_shown_parts(const Sandbox& sandbox, const std::vector<RootEntry>& entries,
                     std::vector<std::string>& out) {
  // Mount points cannot be made on a read-only environment: so the root is ours.
  add(out, {"--tmpfs", "/"});
  for (const RootEntry& entry : entries) {
    if (entry.link_target.empty()) {
      add(out, {"--ro-bind", sandbox.environment + "/" + entry.name, "/" + entry.name});
    } else {
      add(out, {"--symlink", entry.link_target, "/" + entry.name});
    }
  }
}

void add_own_folders(const Sandbox& sandbox, std::vector<std::string>& out) {
  add(out, {"--proc", "/proc", "--dev", "/dev"});
  for (const char* folder : {"/tmp", "/var/tmp"}) {
    if (sandbox.as_root) add(out, {"--perms", "1777"});
    add(out, {"--tmpfs", folder});
  }
  add(out, {"--tmpfs", "/run", "--dir", "/run/lock"});
}

std::string cpu_list(const std::vector<unsigned>& cpus) {
  std::string list;
  for (const unsigned cpu : cpus) list += (list.empty() ? "" : ",") + std::to_string(cpu);
  return list;
}

// The limits come first: a user namespace takes over how many processes its maker may have, for all
// its users together. Set inside, each of the 65,536 could have as many.
Command limited_command(const Sandbox& sandbox, const std::vector<std::string>& bubblewrap) {
  Command command;
  command.program = "/usr/bin/prlimit";
  for (const Limit& limit : kLimits) command.arguments.push_back(limit_argument(limit));
  add(command.arguments, {"--"});
  if (sandbox.as_root) {
    for (const std::string& word : with_subordinate_ids()) command.arguments.push_back(word);
  }
  add(command.arguments,
      {"/usr/bin/taskset", "--cpu-list", cpu_list(sandbox.cpus), "/usr/bin/bwrap"});
  command.arguments.insert(command.arguments.end(), bubblewrap.begin(), bubblewrap.end());
  return command;
}

}  // namespace

Result<std::vector<RootEntry>> environment_entries(const std::string& environment) {
  namespace fs = std::filesystem;
  std::vector<RootEntry> entries;
  std::error_code error;
  for (fs::directory_iterator it(environment, error), end; !error && it != end;
       it.increment(error)) {
    RootEntry entry{it->path().filename(), ""};
    if (!is_shown(entry.name)) continue;
    const fs::file_status status = it->symlink_status(error);
    if (error) break;
    if (status.type() == fs::file_type::symlink) {
      entry.link_target = fs::read_symlink(it->path(), error);
    } else if (status.type() != fs::file_type::directory) {
      continue;
    }
    entries.push_back(std::move(entry));
  }
  if (error) return failed(environment, "cannot be listed: " + error.message());
  std::sort(entries.begin(), entries.end(),
            [](const RootEntry& a, const RootEntry& b) { return a.name < b.name; });
  return entries;
}

std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox,
                                              const std::vector<RootEntry>& entries,
                                              int filter_fd) {
  std::vector<std::string> out = {
      "--die-with-parent", "--new-session",  "--as-pid-1", "--clearenv",
      "--hostname",        sandbox.hostname, "--seccomp",  std::to_string(filter_fd)};
  if (sandbox.as_root) {
    add_root_user(out);
    add(out, {"--bind", sandbox.environment, "/"});
  } else {
    add_one_user(sandbox, out);
    add_shown_parts(sandbox, entries, out);
  }
  add_own_folders(sandbox, out);
  for (const SandboxBind& bind : sandbox.binds) {
    add(out, {bind.writable ? "--bind" : "--ro-bind", bind.from, bind.to});
  }
  if (!sandbox.as_root) add(out, {"--remount-ro", "/"});
  add(out, {"--chdir", "/"});
  for (const std::string& variable : sandbox.variables) {
    const std::size_t equals = variable.find('=');
    add(out, {"--setenv", variable.substr(0, equals), variable.substr(equals + 1)});
  }
  add(out, {"--"});
  out.insert(out.end(), sandbox.command.begin(), sandbox.command.end());
  return out;
}

Result<Outcome> run_in_sandbox(const Sandbox& sandbox) {
  HALLMARK_TRY(const std::vector<RootEntry> entries, environment_entries(sandbox.environment));
  HALLMARK_TRY(const UniqueFd filter, make_sandbox_filter());
  HALLMARK_TRY(const UniqueFd log,
               open_at(AT_FDCWD, sandbox.log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644));

  Command command = limited_command(sandbox, bubblewrap_arguments(sandbox, entries, filter.get()));
  command.inherit_fds = {filter.get()};
  command.timeout = sandbox.timeout;
  command.output_limit = kMaxLog;
  // A log that cannot be written (a full disk) must not pass for a short one.
  Status logged = ok_status();
  command.on_output = [&](std::string_view bytes) {
    if (logged.ok()) logged = write_all(log.get(), bytes);
  };
  HALLMARK_TRY(Outcome outcome, run(command));
  HALLMARK_CHECK(std::move(logged));
  return outcome;
}

Result<std::vector<unsigned>> available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) {
    return errno_error("processors", "cannot list");
  }
  std::vector<unsigned> cpus;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace hallmark
