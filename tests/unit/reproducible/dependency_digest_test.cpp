#include "reproducible/dependency_digest.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/reproducible/says.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

// A module as Go's own archive/zip writes it, and its line in go.sum by Go 1.19.
constexpr const char* kModuleZip =
    "UEsDBBQACAAIAAAAAAAAAAAAAAAAAAAAAAAfAAAAZXhhbXBsZS5vcmcvZ3JlZXRAdjEuMC4wL2dvLm1vZMrNTynNSVVI"
    "rUjMLchJ1csvStdPL0pNLeHiSs9XMNQztOQCBAAA//9QSwcI+SBmfigAAAAiAAAAUEsDBBQACAAIAAAAAAAAAAAAAAAA"
    "AAAAAAAhAAAAZXhhbXBsZS5vcmcvZ3JlZXRAdjEuMC4wL2dyZWV0LmdvKkhMzk5MT1VIL0pNLeHiSivNS1ZwB7E1NBWK"
    "S4oy89IVqhWKUktKi/IUlDIylRRquQABAAD//1BLBwi+YJ2lNwAAADMAAABQSwECFAAUAAgACAAAAAAA+SBmfigAAAAi"
    "AAAAHwAAAAAAAAAAAAAAAAAAAAAAZXhhbXBsZS5vcmcvZ3JlZXRAdjEuMC4wL2dvLm1vZFBLAQIUABQACAAIAAAAAAC+"
    "YJ2lNwAAADMAAAAhAAAAAAAAAAAAAAAAAHUAAABleGFtcGxlLm9yZy9ncmVldEB2MS4wLjAvZ3JlZXQuZ29QSwUGAAAA"
    "AAIAAgCcAAAA+wAAAAAA";
constexpr const char* kModuleDigest = "h1:5aSUzYGgFp7aCIgXwaqLa2H7U7cMIFRMCWkYkFVQQy0=";
constexpr const char* kModText = "module example.org/greet\n\ngo 1.19\n";
constexpr const char* kModDigest = "h1:SiH1dOvmoQxiaplKpwe1IE3JCkLF7SlFrJQ0LLk1HeE=";

std::string module_zip() {
  const auto bytes = base64_decode(kModuleZip);
  REQUIRE(bytes.ok());
  return std::string(as_text(*bytes));
}

class OneFile {
 public:
  explicit OneFile(std::string_view bytes) : path_(folder_.write("file", bytes)) {}
  Status check(DependencyKind kind, const std::string& version,
               const std::string& integrity) const {
    const auto file = open_file(path_);
    REQUIRE(file.ok());
    return check_integrity(kind, {"example.org/greet", version, integrity, ""}, file->get());
  }

 private:
  test::TestFolder folder_;
  std::string path_;
};

std::string refused(const Status& status) {
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().kind == ErrorKind::kVerification);
  return status.error().message();
}

TEST_CASE("a dependency has the digest of its lock file") {
  CHECK(OneFile("abc").check(DependencyKind::kCargo, "1.0.0", sha256("abc").hex()).ok());
  // FIPS 180-2, appendix C.1
  CHECK(OneFile("abc")
            .check(DependencyKind::kNpm, "1.0.0",
                   "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q8"
                   "6A4qmslPpUyknw==")
            .ok());
  const Status module = OneFile(module_zip()).check(DependencyKind::kGo, "v1.0.0", kModuleDigest);
  INFO((module.ok() ? std::string() : module.error().message()));
  CHECK(module.ok());
  CHECK(OneFile(kModText).check(DependencyKind::kGo, "v1.0.0/go.mod", kModDigest).ok());
}

TEST_CASE("a dependency of other bytes is refused, with its name") {
  const std::string words = "package example.org/greet v1.0.0: has the digest";
  CHECK(says(refused(OneFile("abd").check(DependencyKind::kCargo, "v1.0.0", sha256("abc").hex())),
             "cargo " + words));
  CHECK(says(refused(OneFile("abd").check(DependencyKind::kNpm, "v1.0.0", "sha512-x")),
             "npm " + words));
  CHECK(says(refused(OneFile(module_zip()).check(DependencyKind::kGo, "v1.0.0", kModDigest)),
             "go " + words));
  CHECK(says(refused(OneFile(kModText).check(DependencyKind::kGo, "v1.0.0/go.mod", kModuleDigest)),
             "v1.0.0/go.mod: has the digest"));
}

TEST_CASE("a Go module that is no archive, or changed, is refused") {
  CHECK(says(refused(OneFile("no zip").check(DependencyKind::kGo, "v1.0.0", kModuleDigest)),
             "go package example.org/greet v1.0.0: ZIP_"));
  std::string bytes = module_zip();
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  CHECK_FALSE(OneFile(bytes).check(DependencyKind::kGo, "v1.0.0", kModuleDigest).ok());
}

// The list that is hashed has one line for each file, so a name with a line feed could be two.
TEST_CASE("a Go module that has one file for two is refused") {
  const test::TestFolder folder;
  const std::string second = sha256("second").hex();
  const std::string path = folder.path("module.zip");
  test::run_tool("/usr/bin/python3", {"-c",
                                      "import sys, zipfile\n"
                                      "with zipfile.ZipFile(sys.argv[1], 'w') as out:\n"
                                      "    out.writestr(zipfile.ZipInfo(sys.argv[2]), 'first')\n",
                                      path, "m@v1/a\n" + second + "  m@v1/b"});
  const std::string list = sha256("first").hex() + "  m@v1/a\n" + second + "  m@v1/b\n";
  const auto file = open_file(path);
  REQUIRE(file.ok());
  const ListedDependency listed{"m", "v1", "h1:" + base64_encode(sha256(list).view()), ""};
  CHECK(
      says(refused(check_integrity(DependencyKind::kGo, listed, file->get())), "ZIP_UNSAFE_NAME"));
}

}  // namespace
}  // namespace hallmark
