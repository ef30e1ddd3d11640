#include "reproducible/check_packages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/unit/reproducible/build_fixtures.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark {
namespace {

std::string small_deb(const std::string& name, const std::string& version,
                      const std::string& architecture = "all") {
  return deb_test::deb_of_control("Package: " + name + "\nVersion: " + version +
                                  "\nArchitecture: " + architecture +
                                  "\nMaintainer: nobody <nobody@example.org>\nDescription: it\n");
}

class TakeTest {
 public:
  TakeTest() { std::filesystem::create_directory(folder_.path("new")); }

  Result<std::vector<DebPackage>> take(const std::vector<std::string>& debs) const {
    std::vector<UniqueFd> files;
    std::vector<int> fds;
    for (const std::string& deb : debs) {
      files.push_back(deb_test::memory_file(deb));
      fds.push_back(files.back().get());
    }
    return take_packages(fds, build_test::sample_target(), folder_.path("new"));
  }
  const test::TestFolder& folder() const { return folder_; }

 private:
  test::TestFolder folder_;
};

std::string stanza(const std::string& name, const std::string& version) {
  return "Package: " + name + "\nVersion: " + version + "\n\n";
}

TEST_CASE("check: packages are copied, named by their digests, and have an index") {
  const TakeTest test;
  const std::string tool = small_deb("tool", "1.0");
  const auto taken = test.take({tool, small_deb("tool-doc", "1.0", "amd64")});
  REQUIRE(taken.ok());
  REQUIRE(taken->size() == 2);
  const std::string name = sha256(tool).hex() + ".deb";
  CHECK(test.folder().read("new/" + name) == tool);
  const std::string index = test.folder().read("new/Packages");
  CHECK(index.find("Package: tool\n") == 0);
  CHECK(index.find("Filename: " + name + "\n") != std::string::npos);
  CHECK(index.find("\n\nPackage: tool-doc\n") != std::string::npos);
}

TEST_CASE("check: packages that are none, of another machine, or there twice are refused") {
  const auto cause = [](const std::vector<std::string>& debs) {
    const TakeTest test;
    const auto taken = test.take(debs);
    REQUIRE_FALSE(taken.ok());
    CHECK(taken.error().kind == ErrorKind::kVerification);
    return taken.error().message();
  };
  CHECK(cause({"no package"}).find("package: ") == 0);
  CHECK(cause({small_deb("tool", "1.0", "arm64")}) == "package tool: is for arm64");
  CHECK(cause({small_deb("tool", "1.0"), small_deb("tool", "1.1")}) ==
        "package tool: is there twice");
  const TakeTest test;
  CHECK(test.take({}).error().kind == ErrorKind::kUsage);
}

TEST_CASE("check: what the product file chooses is installed, where the build left it") {
  const TakeTest test;
  const auto taken = test.take({small_deb("tool", "1.0"), small_deb("a-tool", "2.0")});
  REQUIRE(taken.ok());
  const auto chosen = [&](const std::vector<std::string>& names) {
    return chosen_packages(*taken, {names, "", 30});
  };
  CHECK(chosen({"tool", "a-tool", "not-built"}) ==
        std::vector<NamedVersion>{{"a-tool", "2.0"}, {"tool", "1.0"}});
  CHECK(chosen({"tool"}) == std::vector<NamedVersion>{{"tool", "1.0"}});
  CHECK(chosen({}).empty());
}

TEST_CASE("check: an upgrade is from the newest of the older versions") {
  const std::string packages = stanza("tool", "1.9") + stanza("tool", "1.10") +
                               stanza("tool", "2.0") + stanza("tool", "3.0") +
                               stanza("other", "1.0") + "Package: tool\n\n" + stanza("doc", "2.0");
  const auto older = older_versions(packages, {{"doc", "2.0"}, {"new", "1.0"}, {"tool", "2.0"}});
  REQUIRE(older.ok());
  CHECK(*older == std::vector<NamedVersion>{{"tool", "1.10"}});
  CHECK(older_versions("", {{"tool", "2.0"}})->empty());
  CHECK_FALSE(older_versions("no stanza\n", {{"tool", "2.0"}}).ok());
}

TEST_CASE("check: a suite is what all its components have for the architecture") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  CHECK(suite_packages(layout, build_test::sample_target())->empty());
  const std::string suite = "push/tree/dists/stable/";
  folder.write(suite + "main/binary-amd64/Packages", stanza("tool", "1.0"));
  folder.write(suite + "main/binary-arm64/Packages", stanza("tool", "0.1"));
  folder.write(suite + "extra/binary-amd64/Packages", stanza("more", "1.0"));
  folder.write(suite + "InRelease", "");
  const auto packages = suite_packages(layout, build_test::sample_target());
  REQUIRE(packages.ok());
  CHECK(packages->find(stanza("tool", "1.0")) != std::string::npos);
  CHECK(packages->find(stanza("more", "1.0")) != std::string::npos);
  CHECK(packages->find("0.1") == std::string::npos);
}

TEST_CASE("check: a suite that is there and cannot be read is no suite without packages") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  const std::string suite = folder.path("push/tree/dists/stable");
  SECTION("the suite") {
    folder.write("push/tree/dists/other", "");
    std::filesystem::create_symlink(suite, suite);
  }
  SECTION("its index") {
    std::filesystem::create_directories(suite + "/main/binary-amd64/Packages");
  }
  const auto packages = suite_packages(layout, build_test::sample_target());
  REQUIRE_FALSE(packages.ok());
  CHECK(packages.error().kind == ErrorKind::kFailed);
}

TEST_CASE("check: a pipe is no package, and is not waited for") {
  const test::TestFolder folder;
  folder.write("new/other", "");
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd read(ends[0]);
  const UniqueFd write(ends[1]);
  const std::array<int, 1> fds = {read.get()};
  CHECK_FALSE(take_packages(fds, build_test::sample_target(), folder.path("new")).ok());
}

}  // namespace
}  // namespace hallmark
