// Lock files of languages, as their tools write them and as strangers forge them.
#include "reproducible/dependency_list.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

const std::string kHex(64, 'a');
const std::string kSource = "registry+https://index.example.org/";
const std::string kH1 = "h1:" + std::string(43, 'A') + "=";
const std::string kSha512 = "sha512-" + std::string(86, 'A') + "==";

std::string crate(const std::string& name, const std::string& version,
                  const std::string& rest = "source = \"" + kSource + "\"\nchecksum = \"" + kHex +
                                            "\"\n") {
  return "[[package]]\nname = \"" + name + "\"\nversion = \"" + version + "\"\n" + rest + "\n";
}

DependencySpec spec_of(DependencyKind kind, const std::string& registry = "") {
  const bool go = kind == DependencyKind::kGo;
  return {
      kind, "the lock file",
      go ? "https://proxy.example.org/" : "https://files.example.org/{name}/{basename}-{version}",
      registry};
}

std::string refusal_of(DependencyKind kind, const std::string& text,
                       const std::string& registry = "") {
  const auto list = list_dependencies(spec_of(kind, registry), text);
  REQUIRE_FALSE(list.ok());
  CHECK(list.error().kind == ErrorKind::kVerification);
  return list.error().message();
}

DependencyList listed_in(DependencyKind kind, const std::string& text) {
  const auto list = list_dependencies(spec_of(kind), text);
  INFO((list.ok() ? std::string() : list.error().message()));
  REQUIRE(list.ok());
  return *list;
}

TEST_CASE("Cargo.lock: what comes from the registry, in order, and nothing of the source's own") {
  const std::string text = "version = 3\n\n" + crate("b", "2.0.0-rc.1+x") +
                           crate("app", "1.0.0", "") + crate("a", "1.0.0");
  const std::string at = "https://files.example.org/";
  CHECK(listed_in(DependencyKind::kCargo, text) ==
        DependencyList{{"a", "1.0.0", kHex, at + "a/a-1.0.0"},
                       {"b", "2.0.0-rc.1+x", kHex, at + "b/b-2.0.0-rc.1+x"}});
  CHECK(
      list_dependencies(spec_of(DependencyKind::kCargo, "https://index.example.org/"), text).ok());
}

TEST_CASE("Cargo.lock: what is refused") {
  const auto refused = [](const std::string& text, const std::string& words,
                          const std::string& registry = "") {
    CAPTURE(text);
    CHECK(says(refusal_of(DependencyKind::kCargo, text, registry), words));
  };
  const auto from = [](const std::string& source) {
    return "source = \"" + source + "\"\nchecksum = \"" + kHex + "\"\n";
  };
  refused("", "has no packages");
  refused("version = 3\n", "has no packages");
  for (const std::string line :
       {"[[package]", "[package]", "name=\"a\"", "name = 'a'", "name = \"a\\n\"", "name = \"a\"\"",
        "name = \"a\nb\"", "name = 1", "name = [[", "name = [\n\"x\",\n]", "name = [\n \"x\",",
        "name = \"a\"\r", "\tname = \"a\"", "name = \"a\"\nname = \"b\""}) {
    refused("[[package]]\n" + line + "\n", "is not as cargo writes it, in line ");
  }
  for (const std::string line : {"version = \"3\"", "package = [{name = \"a\"}]", "package = [",
                                 "name = \"a\"", "[metadata]", "version = 3 # three"}) {
    refused(line + "\n", "is not as cargo writes it, in line 1");
  }
  refused("[[package]]\nchecksum = \"x\"\n" + std::string(100'000, '['),
          "is not as cargo writes it");
  refused(crate("a", "1.0.0", from("git+https://git.example.org/a#" + kHex)), "has no digest");
  refused(crate("a", "1.0.0", from("path+file:///a")), "has no digest");
  refused(crate("a", "1.0.0", "source = \"" + kSource + "\"\n"), "has no checksum of a 1.0.0");
  refused(crate("a", "1.0.0", "source = \"" + kSource + "\"\nchecksum = \"abc\"\n"), "no checksum");
  refused(crate("../a", "1.0.0"), "names the package '../a'");
  refused(crate("-rf", "1.0.0"), "names the package '-rf'");
  refused(crate("a", "1.0.0/../.."), "has the version");
  refused(crate("a", "1-2.0.0"), "has the version");
  refused(crate("a", "1.0.0") + crate("b", "1.0.0", from("registry+https://other.example.org/")),
          "from the registry https://other.example.org/, and not from https://index.example.org/");
  refused(crate("a", "1.0.0"), "and not from https://ours.example.org/",
          "https://ours.example.org/");
  refused(crate("a", "1.0.0") +
              crate("a", "1.0.0",
                    "source = \"" + kSource + "\"\nchecksum = \"" + std::string(64, 'b') + "\"\n"),
          "has two digests for a 1.0.0");
  refused(std::string(kMaxLockFile + 1, '\n'), "is larger than 32 MiB");
}

TEST_CASE("go.sum: modules and go.mod files, with the addresses that a proxy has for them") {
  const std::string text = "example.org/Big/v2 v2.0.0-RC " + kH1 +
                           "\nexample.org/a v1.0.0/go.mod " + kH1 +
                           "\nexample.org/a v1.0.0/go.mod " + kH1 + "\n";
  const std::string at = "https://proxy.example.org/";
  CHECK(listed_in(DependencyKind::kGo, text) ==
        DependencyList{
            {"example.org/Big/v2", "v2.0.0-RC", kH1, at + "example.org/!big/v2/@v/v2.0.0-!r!c.zip"},
            {"example.org/a", "v1.0.0/go.mod", kH1, at + "example.org/a/@v/v1.0.0.mod"}});
  CHECK(listed_in(DependencyKind::kGo, "").empty());
}

TEST_CASE("go.sum: what is refused") {
  const std::vector<std::string> lines = {std::string("example.org/a v1.0.0 " + kH1),
                                          std::string("\n"),
                                          "example.org/a v1.0.0 h2:" + kH1.substr(3) + "\n",
                                          "example.org/a v1.0.0 h1:AAAA\n",
                                          "example.org/a v1.0.0  " + kH1 + "\n",
                                          "../a v1.0.0 " + kH1 + "\n",
                                          "/a v1.0.0 " + kH1 + "\n",
                                          "a/../b v1.0.0 " + kH1 + "\n",
                                          "a!b v1.0.0 " + kH1 + "\n",
                                          "a v1.0.0/../x " + kH1 + "\n",
                                          "a 1.0.0 " + kH1 + "\n",
                                          "a v1.0.0 " + kH1 + " x\n",
                                          "a v1.0.0 " + kH1 + "\r\n",
                                          "a v1.0.0\n"};
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(says(refusal_of(DependencyKind::kGo, line), "is malformed in line 1"));
  }
  const std::string other = "h1:" + std::string(42, 'A') + "E=";
  CHECK(says(refusal_of(DependencyKind::kGo, "a v1.0.0 " + kH1 + "\na v1.0.0 " + other + "\n"),
             "has two digests for a v1.0.0"));
}

std::string package_lock(const std::string& packages) {
  return R"({"name":"app","lockfileVersion":3,"packages":{"":{"name":"app"},)" + packages + "}}";
}

std::string entry_of(const std::string& members) {
  return package_lock(R"("node_modules/a":{)" + members + "}");
}

TEST_CASE("package-lock.json: what comes from the registry, once each") {
  const std::string good = R"("version":"1.0.0","integrity":")" + kSha512 + "\"";
  const std::string text = package_lock(
      R"("node_modules/a":{)" + good + R"(},"node_modules/b/node_modules/a":{)" + good +
      R"(},"node_modules/@scope/c":{"version":"2.0.0","integrity":"sha1-AAAA )" + kSha512 +
      R"("},"node_modules/alias":{"name":"real",)" + good +
      R"(},"packages/own":{"version":"1.0.0"},"node_modules/own":{"link":true,"resolved":"packages/own"},)"
      R"("node_modules/b/node_modules/inside":{"version":"1.0.0","inBundle":true})");
  const std::string at = "https://files.example.org/";
  CHECK(listed_in(DependencyKind::kNpm, text) ==
        DependencyList{{"@scope/c", "2.0.0", kSha512, at + "@scope/c/c-2.0.0"},
                       {"a", "1.0.0", kSha512, at + "a/a-1.0.0"},
                       {"real", "1.0.0", kSha512, at + "real/real-1.0.0"}});
}

TEST_CASE("package-lock.json: what is refused") {
  const auto refused = [](const std::string& text, const std::string& words) {
    CAPTURE(text);
    CHECK(says(refusal_of(DependencyKind::kNpm, text), words));
  };
  refused(R"({"lockfileVersion":1,"dependencies":{}})", "has no \"packages\"");
  refused("[]", "has no \"packages\"");
  refused(R"({"packages":[]})", "has no \"packages\"");
  refused(package_lock(R"("node_modules/a":1)"), "is no object");
  refused(entry_of(R"("version":"1.0.0")"), "has no SHA-512 of a 1.0.0");
  refused(entry_of(R"("version":"1.0.0","integrity":"sha1-AAAA")"), "has no SHA-512 of a 1.0.0");
  refused(entry_of(R"("version":"1.0.0","integrity":"sha512-AAAA")"), "has no SHA-512 of a 1.0.0");
  refused(entry_of(R"("version":"git+ssh://example.org/a")"), "has no name and version");
  refused(package_lock(R"("node_modules/../a":{"version":"1.0.0"})"), "has no name and version");
  refused(package_lock(R"("node_modules/@a/b/c":{"version":"1.0.0"})"), "has no name and version");
  refused(package_lock(R"("node_modules/":{"version":"1.0.0"})"), "has no name and version");
}

}  // namespace
}  // namespace hallmark
