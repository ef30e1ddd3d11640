#include "core/owned_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/tools.hpp"

using namespace hallmark;
using hallmark::test::TestFolder;

namespace {

bool opens(const TestFolder& folder, const char* below, uid_t owner = ::geteuid()) {
  const auto path = SafePath::parse(below);
  REQUIRE(path.ok());
  return open_owned(folder.path(), *path, owner).ok();
}

}  // namespace

TEST_CASE("a regular file of the right user opens") {
  const TestFolder folder;
  folder.write("out/a", "bytes");
  CHECK(opens(folder, "out/a"));
  CHECK_FALSE(opens(folder, "out/absent"));
}

TEST_CASE("another user's file is refused, whatever its mode") {
  const TestFolder folder;
  folder.write("a", "bytes");
  CHECK_FALSE(opens(folder, "a", ::geteuid() + 1));
}

TEST_CASE("no link is followed, at the end or on the way") {
  const TestFolder folder;
  folder.write("secret/key", "private");
  folder.write("out/a", "bytes");
  REQUIRE(::symlink("../secret/key", folder.path("out/link").c_str()) == 0);
  REQUIRE(::symlink("secret", folder.path("way").c_str()) == 0);
  CHECK_FALSE(opens(folder, "out/link"));
  CHECK_FALSE(opens(folder, "way/key"));
}

TEST_CASE("a pipe is refused at once, and a folder is no file") {
  const TestFolder folder;
  folder.write("out/a", "bytes");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK_FALSE(opens(folder, "pipe"));
  CHECK_FALSE(opens(folder, "out"));
}
