#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "reproducible/sandbox.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

std::size_t position(const std::vector<std::string>& in, const std::vector<std::string>& sequence) {
  const auto found = std::search(in.begin(), in.end(), sequence.begin(), sequence.end());
  return static_cast<std::size_t>(found - in.begin());
}

bool holds(const std::vector<std::string>& in, const std::vector<std::string>& sequence) {
  return position(in, sequence) < in.size();
}

Sandbox sample() {
  Sandbox sandbox;
  sandbox.environment = "/e";
  sandbox.binds = {{"/work/source", "/source"}, {"/work/build", "/build/first", true}};
  sandbox.hostname = "first";
  sandbox.uid = 1234;
  sandbox.cpus = {0};
  sandbox.variables = {"TZ=UTC", "FLAGS=-a=b", "EMPTY="};
  sandbox.command = {"/bin/sh", "--unshare-none"};
  return sandbox;
}

const std::vector<RootEntry> kEntries = {{"bin", "usr/bin"}, {"etc", ""}, {"usr", ""}};

TEST_CASE("the sandbox is closed in every way that bwrap knows") {
  const auto arguments = bubblewrap_arguments(sample(), kEntries, 7);
  for (const char* option : {"--unshare-all", "--unshare-user", "--disable-userns",
                             "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"}) {
    CAPTURE(option);
    CHECK(holds(arguments, {option}));
  }
  CHECK(holds(arguments, {"--cap-drop", "ALL"}));
  CHECK(holds(arguments, {"--seccomp", "7"}));
  CHECK(holds(arguments, {"--uid", "1234", "--gid", "1234"}));
  CHECK(holds(arguments, {"--hostname", "first"}));
  CHECK_FALSE(holds(arguments, {"--share-net"}));
}

TEST_CASE("an environment is shown read-only and the root is sealed after the binds") {
  const auto arguments = bubblewrap_arguments(sample(), kEntries, 7);
  CHECK(holds(arguments, {"--ro-bind", "/e/usr", "/usr"}));
  CHECK(holds(arguments, {"--ro-bind", "/e/etc", "/etc"}));
  CHECK(holds(arguments, {"--symlink", "usr/bin", "/bin"}));
  CHECK(holds(arguments, {"--ro-bind", "/work/source", "/source"}));
  CHECK(holds(arguments, {"--bind", "/work/build", "/build/first"}));
  CHECK(std::count(arguments.begin(), arguments.end(), "--bind") == 1);
  CHECK(position(arguments, {"--bind"}) < position(arguments, {"--remount-ro", "/"}));
}

TEST_CASE("where packages are installed the command is root of an environment it may change") {
  Sandbox sandbox = sample();
  sandbox.as_root = true;
  const auto arguments = bubblewrap_arguments(sandbox, kEntries, 7);
  CHECK(holds(arguments, {"--bind", "/e", "/"}));
  CHECK_FALSE(holds(arguments, {"--ro-bind", "/e/usr", "/usr"}));
  CHECK_FALSE(holds(arguments, {"--remount-ro", "/"}));
  CHECK_FALSE(holds(arguments, {"--unshare-user"}));
  for (const char* option : {"--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
                             "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"}) {
    CAPTURE(option);
    CHECK(holds(arguments, {option}));
  }
  CHECK(holds(arguments, {"--seccomp", "7"}));
  CHECK(position(arguments, {"--cap-drop", "ALL"}) <
        position(arguments, {"--cap-add", "CAP_CHOWN"}));
  for (const char* capability : {"CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_MKNOD",
                                 "CAP_SYS_CHROOT", "CAP_DAC_READ_SEARCH"}) {
    CAPTURE(capability);
    CHECK_FALSE(holds(arguments, {"--cap-add", capability}));
  }
}

TEST_CASE("variables are set whole, and a command cannot be taken for options") {
  const auto arguments = bubblewrap_arguments(sample(), kEntries, 7);
  CHECK(holds(arguments, {"--setenv", "FLAGS", "-a=b"}));
  CHECK(holds(arguments, {"--setenv", "EMPTY", ""}));
  const std::vector<std::string> end(arguments.end() - 3, arguments.end());
  CHECK(end == std::vector<std::string>{"--", "/bin/sh", "--unshare-none"});
}

TEST_CASE("only what a build needs of an environment is shown") {
  const test::TestFolder folder;
  for (const char* name : {"usr", "etc", "var", "root", "home", "proc", "dev", "lib32"}) {
    std::filesystem::create_directory(folder.path(name));
  }
  std::filesystem::create_directory_symlink("usr/bin", folder.path("bin"));
  folder.write("lib-file", "");
  const auto entries = environment_entries(folder.path());
  REQUIRE(entries.ok());
  CHECK(*entries == std::vector<RootEntry>{
                        {"bin", "usr/bin"}, {"etc", ""}, {"lib32", ""}, {"usr", ""}, {"var", ""}});
}

}  // namespace
}  // namespace hallmark
