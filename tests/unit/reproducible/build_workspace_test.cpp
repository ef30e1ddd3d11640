#include "reproducible/build_workspace.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

std::size_t entries(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    count += entry.is_directory();
  return count;
}

TEST_CASE("a workspace is gone with its owner") {
  const test::TestFolder folder;
  {
    const auto workspace = Workspace::create(folder.path("work"));
    REQUIRE(workspace.ok());
    CHECK(entries(folder.path("work")) == 1);
  }
  CHECK(entries(folder.path("work")) == 0);
}

TEST_CASE("what a killed builder left is swept, what a living one has is not") {
  const test::TestFolder folder;
  const std::string work = folder.path("work");
  const pid_t child = ::fork();
  if (child == 0) {
    const auto workspace = Workspace::create(work);
    std::filesystem::create_directories(workspace->path() + "/half/made");
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  REQUIRE(entries(work) == 1);
  const auto first = Workspace::create(work);
  REQUIRE(first.ok());
  CHECK(entries(work) == 1);
  const auto second = Workspace::create(work);
  REQUIRE(second.ok());
  CHECK(entries(work) == 2);
}

TEST_CASE("a tree with folders that are closed to us is removed") {
  if (!run_checked(in_private_namespaces("/usr/bin/true", {}), "namespaces").ok()) {
    WARN("skipped: this user has no subordinate ids");
    return;
  }
  const test::TestFolder folder;
  folder.write("tree/closed/file", "x");
  std::filesystem::permissions(folder.path("tree/closed"), std::filesystem::perms::none);
  const auto removed = remove_tree(folder.path("tree"));
  INFO((removed.ok() ? std::string() : removed.error().message()));
  CHECK(removed.ok());
  CHECK_FALSE(std::filesystem::exists(folder.path("tree")));
}

TEST_CASE("what unpacks an environment has no network") {
  const auto devices =
      run_checked(without_network("/usr/bin/cat", {"/proc/net/dev"}), "network devices");
  INFO((devices.ok() ? std::string() : devices.error().message()));
  REQUIRE(devices.ok());
  CHECK(std::count(devices->begin(), devices->end(), ':') == 1);
  CHECK(devices->find("lo:") != std::string::npos);
}

}  // namespace
}  // namespace hallmark
