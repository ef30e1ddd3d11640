#include "reproducible/environment_pool.hpp"

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

LockedEnvironment sample() {
  LockedEnvironment environment = build_test::sample_lock().environments[0];
  environment.packages = {build_test::sample_package("bash", "bash's bytes"),
                          build_test::sample_package("dash", "dash's bytes")};
  return environment;
}

class PoolTest {
 public:
  PoolTest() {
    std::filesystem::create_directory(folder_.path("pool"));
    for (const char* bytes : {"bash's bytes", "dash's bytes"}) put(sha256(bytes), bytes);
  }

  void put(const Sha256Digest& name, const std::string& bytes) const {
    folder_.write("quarantine/sha256/" + name.hex().substr(0, 2) + "/" + name.hex(), bytes);
  }
  std::string path(const Sha256Digest& name) const {
    return folder_.path("quarantine/sha256/" + name.hex().substr(0, 2) + "/" + name.hex());
  }
  Status fill(const LockedEnvironment& environment) const {
    return fill_package_pool(environment, folder_.path("quarantine"), folder_.path("pool"));
  }
  const test::TestFolder& folder() const { return folder_; }

 private:
  test::TestFolder folder_;
};

TEST_CASE("a pool holds the locked packages, named by digest, and their index") {
  const PoolTest test;
  REQUIRE(test.fill(sample()).ok());
  const std::string hex = sha256("dash's bytes").hex();
  CHECK(test.folder().read("pool/" + hex + ".deb") == "dash's bytes");
  CHECK(test.folder()
            .read("pool/Packages")
            .ends_with("Package: dash\nVersion: 1.0-1\n"
                       "Architecture: amd64\nFilename: " +
                       hex + ".deb\nSize: 12\nSHA256: " + hex + "\n\n"));
}

TEST_CASE("a changed build-dependency in quarantine is refused, naming it") {
  for (const std::string bytes : {"dash's bytez", "dash's bytes and more", "", "d"}) {
    const PoolTest test;
    test.put(sha256("dash's bytes"), bytes);
    CAPTURE(bytes);
    const Status filled = test.fill(sample());
    REQUIRE_FALSE(filled.ok());
    CHECK(filled.error().kind == ErrorKind::kVerification);
    CHECK(filled.error().subject == "package dash 1.0-1");
  }
}

TEST_CASE("a build-dependency that is a link, or missing, is not used") {
  const PoolTest test;
  const std::string path = test.path(sha256("dash's bytes"));
  std::filesystem::rename(path, test.folder().path("elsewhere"));
  CHECK_FALSE(test.fill(sample()).ok());
  std::filesystem::create_symlink(test.folder().path("elsewhere"), path);
  CHECK_FALSE(test.fill(sample()).ok());
}

TEST_CASE("a package list that could say more to apt than its names is refused") {
  const std::function<void(LockedPackage&)> changes[] = {
      [](LockedPackage& package) { package.name = "bash"; },  // twice
      [](LockedPackage& package) { package.name = "~nx"; },
      [](LockedPackage& package) { package.name = "-oX"; },
      [](LockedPackage& package) { package.name = "Dash"; },
      [](LockedPackage& package) { package.name = "d"; },
      [](LockedPackage& package) { package.architecture = "i386"; },
      [](LockedPackage& package) { package.size = uint64_t{5} << 30U; },
  };
  for (const auto& change : changes) {
    LockedEnvironment environment = sample();
    change(environment.packages[1]);
    const Status checked = check_package_list(environment);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().kind == ErrorKind::kVerification);
  }
  CHECK(check_package_list(sample()).ok());
  LockedEnvironment empty = sample();
  empty.packages.clear();
  CHECK_FALSE(check_package_list(empty).ok());
}

}  // namespace
}  // namespace hallmark
