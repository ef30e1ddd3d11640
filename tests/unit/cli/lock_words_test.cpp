#include "cli/lock_words.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

LockedPackage package(const std::string& name, const std::string& version) {
  LockedPackage out;
  out.name = name;
  out.version = version;
  out.architecture = "amd64";
  return out;
}

Lock lock(const std::vector<LockedPackage>& packages) {
  Lock out;
  out.product = "tool";
  out.version = "1.0-1";
  out.source.package = "tool";
  out.source.version = "1.0-1";
  out.source.signer = "AAAA";
  LockedEnvironment environment;
  environment.name = "build";
  environment.architecture = "amd64";
  environment.packages = packages;
  out.environments = {environment};
  out.targets = {{"stable", "main", "amd64", "build"}};
  return out;
}

TEST_CASE("lock words: what a person is asked to approve of") {
  const std::vector<std::string> words = lock_words(lock({package("gcc", "12")}));
  CHECK(words == std::vector<std::string>{
                     "tool 1.0-1", "Debian source package tool 1.0-1, signed by AAAA",
                     "built in environment build (amd64, 1 packages)", "for stable/main"});
}

TEST_CASE("lock words: packages that come, go, rise and fall") {
  const Lock before = lock({package("gcc", "12.2-1"), package("bash", "5.2"), package("old", "1")});
  const Lock after =
      lock({package("gcc", "12.10-1"), package("bash", "5.1"), package("evil", "6")});
  CHECK(lock_changes(before, after) ==
        std::vector<std::string>{"environment build: old:amd64 1 goes",
                                 "environment build: bash:amd64 FALLS from 5.2 to 5.1",
                                 "environment build: evil:amd64 6 comes",
                                 "environment build: gcc:amd64 rises from 12.2-1 to 12.10-1"});
  CHECK(lock_changes(before, before).empty());
}

TEST_CASE("lock words: another signer, suite, product file and environment") {
  const Lock before = lock({});
  Lock after = before;
  after.source.signer = "BBBB";
  after.targets[0].suite = "testing";
  after.environments[0].name = "other";
  after.product_sha256 = *Sha256Digest::from_hex(std::string(64, '1'));
  CHECK(lock_changes(before, after) ==
        std::vector<std::string>{
            "the product file changed", "the source was signed by AAAA, and now is by BBBB",
            "it went to stable/main, and now goes to testing/main", "environment build goes",
            "environment other comes, with 0 packages"});
}

TEST_CASE("lock words: another file of the same version") {
  const Lock before = lock({package("gcc", "12")});
  Lock after = before;
  after.environments[0].packages[0].sha256 = *Sha256Digest::from_hex(std::string(64, '1'));
  const std::vector<LockChange> changes = lock_differences(before, after);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].alert);
  CHECK(changes[0].words == "environment build: gcc:amd64 12 is another file: SHA-256 " +
                                std::string(64, '0') + ", now " + std::string(64, '1'));
}

TEST_CASE("lock words: what is worth a second look") {
  const Lock before = lock({package("bash", "5.2"), package("gcc", "12")});
  Lock after = lock({package("bash", "5.1"), package("gcc", "13")});
  after.source.url = "https://other.example.org/";
  after.source.signer = "BBBB";
  after.product_sha256 = *Sha256Digest::from_hex(std::string(64, '1'));
  std::string text;
  for (const LockChange& change : lock_differences(before, after)) {
    text += (change.alert ? "! " : "") + change.words + "\n";
  }
  CHECK(text ==
        "! the product file changed\n"
        "! the source moves from  to https://other.example.org/\n"
        "! the source was signed by AAAA, and now is by BBBB\n"
        "! environment build: bash:amd64 FALLS from 5.2 to 5.1\n"
        "environment build: gcc:amd64 rises from 12 to 13\n");
}

TEST_CASE("lock words: the version before") {
  const std::vector<std::string> versions = {"1.9", "1.10", "2.0", "1.2"};
  CHECK(version_before(versions, "2.0") == "1.10");
  CHECK(version_before(versions, "1.2").empty());
  CHECK(version_before({}, "1.2").empty());
}

}  // namespace
}  // namespace hallmark
