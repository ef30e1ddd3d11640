// Each in a child: what is given up is given up for good.
#include "process/confine.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "process/deny_list.hpp"
#include "process/landlock.hpp"
#include "process/time_limit.hpp"
#include "tests/unit/tools.hpp"

using namespace hallmark;

namespace {

// What waitpid says of a child that ends with what `act` returns.
int status_of(const std::function<int()>& act) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) ::_exit(act());
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return status;
}

// The error with which `call` fails once `confine` has succeeded; 0: it works.
int error_of(const std::function<bool()>& confine, const std::function<long()>& call) {
  const int status = status_of([&] {
    if (!confine()) return 255;
    errno = 0;
    return call() < 0 ? errno : 0;
  });
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

bool allow_a_few() {
  constexpr const char* kNames[] = {"exit_group", "openat", "close"};
  return allow_system_calls(kNames).ok();
}
bool deny_network() { return deny_system_calls(Network::kUnixSocketsAlone); }
bool deny_little() { return deny_system_calls(Network::kKept); }

long make_socket(int family) { return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0); }
long open_to_read(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }
long make_file(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

}  // namespace

TEST_CASE("allowed system calls: what is not on the list is not there") {
  CHECK(error_of(allow_a_few, [] { return open_to_read("/dev/null"); }) == 0);
  CHECK(error_of(allow_a_few, [] { return long{::chdir("/")}; }) == ENOSYS);
  CHECK(error_of(allow_a_few, [] { return ::ptrace(PTRACE_TRACEME, 0, 0, 0); }) == ENOSYS);
  CHECK(error_of(allow_a_few, [] { return make_socket(AF_UNIX); }) == 0);
  CHECK(error_of(allow_a_few, [] { return make_socket(AF_INET); }) == EAFNOSUPPORT);
  CHECK(error_of(allow_a_few, [] { return make_socket(AF_NETLINK); }) == EAFNOSUPPORT);
}

TEST_CASE("allowed system calls: a name that is none is an error, not a gap") {
  constexpr const char* kNames[] = {"exit_group", "no_such_call"};
  const int status = status_of([&] { return allow_system_calls(kNames).ok() ? 1 : 0; });
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

TEST_CASE("denied system calls: tracing, namespaces, and the network where that is asked") {
  CHECK(error_of(deny_little, [] { return ::ptrace(PTRACE_TRACEME, 0, 0, 0); }) == EPERM);
  CHECK(error_of(deny_little, [] { return long{::unshare(CLONE_NEWUSER)}; }) == EPERM);
  CHECK(error_of(deny_little, [] { return make_socket(AF_INET); }) == 0);
  CHECK(error_of(deny_network, [] { return make_socket(AF_INET); }) == EAFNOSUPPORT);
  CHECK(error_of(deny_network, [] { return make_socket(AF_UNIX); }) == 0);
  CHECK(error_of(deny_network, [] { return long{::fork() == 0 ? (::_exit(0), 0) : 0}; }) == 0);
}

TEST_CASE("reachable files: nothing else is opened, where the kernel has Landlock") {
  const test::TestFolder folder;
  for (const char* name : {"read", "write", "neither"}) {
    REQUIRE(::mkdir(folder.path(name).c_str(), 0700) == 0);
    folder.write(std::string(name) + "/file", "text");
  }
  const int passed = ::open(folder.path("neither/file").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(passed >= 0);
  int landlock = 0;
  const auto restrict_these = [&] {
    ReachableFiles files;
    files.read = {folder.path("read"), folder.path("not-there")};
    files.write = {folder.path("write")};
    const auto done = restrict_files(files);
    return done.ok() && (landlock = *done, true);
  };
  const int has_it = status_of([&] { return restrict_these() && landlock > 0 ? 0 : 1; });
  if (WEXITSTATUS(has_it) != 0) return;
  const auto error_after = [&](const std::function<long()>& call) {
    return error_of(restrict_these, call);
  };
  CHECK(error_after([&] { return open_to_read(folder.path("read/file")); }) == 0);
  CHECK(error_after([&] { return make_file(folder.path("read/new")); }) == EACCES);
  CHECK(error_after([&] { return make_file(folder.path("write/new")); }) == 0);
  CHECK(error_after([&] { return long{::mkfifo(folder.path("write/fifo").c_str(), 0600)}; }) ==
        EACCES);
  CHECK(error_after([&] { return open_to_read(folder.path("neither/file")); }) == EACCES);
  CHECK(error_after([&] { return long{::execl("/bin/true", "true", nullptr)}; }) == EACCES);
  char byte = 0;
  CHECK(error_after([&] { return long{::pread(passed, &byte, 1, 0)}; }) == 0);
  ::close(passed);
}

TEST_CASE("a time limit ends what hangs, and nothing else") {
  const int hung = status_of([] {
    const TimeLimit limit{std::chrono::seconds(1)};
    for (;;) ::pause();
    return 0;
  });
  CHECK((WIFSIGNALED(hung) && WTERMSIG(hung) == SIGALRM));
  const int left = status_of([] {
    const TimeLimit outer{std::chrono::seconds(100)};
    { const TimeLimit inner{std::chrono::seconds(1)}; }
    const unsigned seconds = ::alarm(0);
    return seconds > 1 && seconds <= 100 ? 0 : 1;
  });
  CHECK((WIFEXITED(left) && WEXITSTATUS(left) == 0));
}
