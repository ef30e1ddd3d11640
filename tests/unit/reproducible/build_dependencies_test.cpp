#include "reproducible/build_dependencies.hpp"

#include <algorithm>
#include <filesystem>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "tests/unit/reproducible/build_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModText = "module example.org/Greet\n\ngo 1.19\n";

std::string npm_integrity(const std::string& path) {
  const auto file = open_file(path);
  REQUIRE(file.ok());
  const auto digest = sha512_fd(file->get());
  REQUIRE(digest.ok());
  return "sha512-" + base64_encode(digest->view());
}

// A quarantine of what was pinned, and the folder that builds are shown.
class Prepared {
 public:
  void add(DependencyKind kind, const ListedDependency& listed, std::string_view bytes) {
    const std::string hex = sha256(bytes).hex();
    folder_.write("quarantine/sha256/" + hex.substr(0, 2) + "/" + hex, bytes);
    lock.dependencies.push_back({kind, "a lock file", {{listed, bytes.size(), sha256(bytes)}}});
  }

  void add_npm(const std::string& bytes) {
    const std::string path = folder_.write("npm.tgz", bytes);
    add(DependencyKind::kNpm, {"@example/greet", "1.0.0", npm_integrity(path), ""}, bytes);
  }

  void add_mod() {
    const std::string list = sha256(kModText).hex() + "  go.mod\n";
    add(DependencyKind::kGo,
        {"example.org/Greet", "v1.0.0/go.mod", "h1:" + base64_encode(sha256(list).view()), ""},
        kModText);
  }

  // A crate with one folder of its own name, or of another.
  void add_crate(const std::string& folder) {
    folder_.write("crate/" + folder + "/src/lib.rs", "pub fn greet() {}\n");
    folder_.write("crate/" + folder + "/.cargo-checksum.json", "of somebody else");
    test::run_tool("/usr/bin/tar", {"--create", "--gzip", "--file=" + folder_.path("it.crate"),
                                    "--directory=" + folder_.path("crate"), "--", folder});
    const std::string bytes = folder_.read("it.crate");
    add(DependencyKind::kCargo, {"greet", "1.0.0", sha256(bytes).hex(), ""}, bytes);
  }

  Status prepare() {
    build_test::make_tiny_environment(folder_.path("environment"));
    for (const char* tool : {"tar", "gzip", "rm"}) {
      build_test::copy_tool(folder_.path("environment"), std::string("/usr/bin/") + tool);
    }
    const Quarantine quarantine(folder_.path("quarantine"));
    HALLMARK_CHECK(copy_dependencies(lock, quarantine, folder_.path("out"), folder_.path("work")));
    return unpack_dependencies(lock, product, folder_.path("environment"), folder_.path("out"),
                               folder_.path("work"));
  }

  std::string read(const std::string& name) const { return folder_.read("out/" + name); }
  bool has(const std::string& name) const { return fs::exists(folder_.path("out/" + name)); }

  // Changes the bytes that are in quarantine.
  void change(std::size_t which) const {
    const std::string hex = lock.dependencies[which].files[0].sha256.hex();
    folder_.write("quarantine/sha256/" + hex.substr(0, 2) + "/" + hex, "evil");
  }

  Lock lock;
  Product product = build_test::sample_product();

 private:
  test::TestFolder folder_;
};

void require_ok(const Status& status) {
  INFO((status.ok() ? std::string() : status.error().message()));
  REQUIRE(status.ok());
}

std::vector<std::string> variables_of(const Lock& lock) { return dependency_variables(lock, "/b"); }

bool names(const std::vector<std::string>& variables, const std::string& wanted) {
  return std::find(variables.begin(), variables.end(), wanted) != variables.end();
}

}  // namespace

TEST_CASE("a registry of files: Go's as a module proxy, npm's by digest") {
  Prepared made;
  made.add_mod();
  made.add_npm("a package");
  made.add_npm("a package");  // of two lock files
  require_ok(made.prepare());
  CHECK(made.read("go/example.org/!greet/@v/v1.0.0.mod") == kModText);
  // printf 'a package' | sha512sum
  const std::string path =
      "npm/_cacache/content-v2/sha512/94/8d/"
      "9df67c74811697f4d0428994c29691e6384ac905c46dd8ded7e4bb1cc07632573ef5e78c0dec9b0cfa40ae12d013"
      "fe7a6f657d2ce75d38977a4824c1d882";
  CHECK(made.read(path) == "a package");
  CHECK_FALSE(made.has("cargo"));
  CHECK(dependency_binds(made.lock, "/x").size() == 1);
  CHECK(names(variables_of(made.lock), "GOPROXY=file:///dependencies/go"));
  CHECK(names(variables_of(made.lock), "npm_config_cache=/dependencies/npm"));
  CHECK_FALSE(names(variables_of(made.lock), "CARGO_NET_OFFLINE=true"));
}

TEST_CASE("crates are a directory source, with the digest of the lock file") {
  Prepared made;
  made.add_crate("greet-1.0.0");
  made.product.dependencies = {
      {DependencyKind::kCargo, "Cargo.lock", "/x", "https://example.org/index"}};
  require_ok(made.prepare());
  CHECK(made.read("cargo/greet-1.0.0/src/lib.rs") == "pub fn greet() {}\n");
  CHECK(made.read("cargo/greet-1.0.0/.cargo-checksum.json") ==
        R"({"files":{},"package":")" + made.lock.dependencies[0].files[0].sha256.hex() + "\"}");
  CHECK(says(made.read("cargo-configuration/config.toml"),
             "registry = \"https://example.org/index\"\nreplace-with = \"hallmark\""));
  CHECK(dependency_binds(made.lock, "/x").size() == 2);
}

TEST_CASE("a Cargo.lock that asks for nothing makes an empty directory source") {
  Prepared made;
  made.lock.dependencies = {{DependencyKind::kCargo, "Cargo.lock", {}}};
  require_ok(made.prepare());
  CHECK(made.has("cargo"));
}

TEST_CASE("a crate with another folder than its own is refused") {
  Prepared made;
  made.add_crate("other-1.0.0");
  const Status refused = made.prepare();
  REQUIRE_FALSE(refused.ok());
  CHECK(says(refused.error().message(), "cargo packages: cannot be unpacked"));
}

TEST_CASE("a dependency that was changed in quarantine reaches no build") {
  Prepared made;
  made.add_mod();
  made.add_npm("a package");
  made.add_crate("greet-1.0.0");
  const std::size_t which = GENERATE(0U, 1U, 2U);
  made.change(which);
  const Status refused = made.prepare();
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK(says(refused.error().message(),
             "package " + made.lock.dependencies[which].files[0].listed.name));
}

TEST_CASE("a dependency that is not what the source's lock file says reaches no build") {
  Prepared made;
  made.add_mod();
  made.lock.dependencies[0].files[0].listed.integrity = "h1:AAAA";
  const Status refused = made.prepare();
  REQUIRE_FALSE(refused.ok());
  CHECK(says(refused.error().message(), "the source's lock file says h1:AAAA"));
}

TEST_CASE("a lock without dependencies changes nothing in a build") {
  const Lock lock;
  CHECK(dependency_binds(lock, "/x").empty());
  CHECK(variables_of(lock).empty());
}

}  // namespace hallmark
