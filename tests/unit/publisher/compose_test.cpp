// Indices: what is in them follows from the packages alone, and nothing is written without need.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <sstream>

#include "core/digest.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr const char* kIndex = "dists/stable/main/binary-amd64/Packages";

std::string path_in(const TestRepository& test, const std::string& path) { return test.tree(path); }

// Inode and time of change of everything below dists.
std::map<std::string, std::string> fingerprints(const TestRepository& test) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test.tree("dists"))) {
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    out[entry.path()] = std::to_string(info.st_ino) + " " + std::to_string(info.st_ctim.tv_sec) +
                        " " + std::to_string(info.st_ctim.tv_nsec);
  }
  return out;
}

TEST_CASE("compose: stanzas in order, all in each architecture, the same in every form") {
  TestRepository test;
  REQUIRE(test.include({{"bb", "1.9", "amd64", "x"},
                        {"bb", "1.10", "amd64", "x"},
                        {"aa-data", "1", "all", "x"},
                        {"cc", "1", "arm64", "x"}})
              .ok());
  const ComposedSuite composed = test.compose();
  CHECK(composed.changed);
  CHECK(composed.indices.size() == 3 * 2 * 2);  // forms, components, architectures
  const std::string amd64 = test.read(kIndex);
  CHECK(amd64.starts_with("Package: aa-data\n"));
  CHECK(amd64.find("Version: 1.9\n") < amd64.find("Version: 1.10\n"));
  CHECK(amd64.find("Package: cc\n") == std::string::npos);
  CHECK(amd64.ends_with("\n\n"));
  const std::string arm64 = test.read("dists/stable/main/binary-arm64/Packages");
  CHECK(arm64.starts_with("Package: aa-data\n"));
  CHECK(arm64.find("Package: cc\n") != std::string::npos);
  CHECK(test::run_tool("/usr/bin/xz", {"-dc", path_in(test, std::string(kIndex) + ".xz")}) ==
        amd64);
  CHECK(test::run_tool("/usr/bin/gzip", {"-dc", path_in(test, std::string(kIndex) + ".gz")}) ==
        amd64);
}

// As the index has them: "package version".
std::vector<std::string> listed(const TestRepository& test, const std::string& path) {
  std::vector<std::string> out;
  std::istringstream lines(test.read(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Package: ")) out.push_back(line.substr(9));
    if (line.starts_with("Version: ")) out.back() += " " + line.substr(9);
  }
  return out;
}

// A suite that holds most of the pool, and one that holds little of it, are read in other ways.
TEST_CASE("compose: the order is dpkg's, for a suite with much and with little of the pool") {
  const std::vector<std::string> in_order = {"1.0~rc1", "1.0~rc1+b1", "1.0",  "1.00",
                                             "1.0a",    "1.2",        "1.10", "1:0.1"};
  TestRepository test;
  std::vector<TestDeb> debs;
  for (const char* name : {"zz", "aa", "mm"}) {
    for (auto version = in_order.rbegin(); version != in_order.rend(); ++version) {
      debs.push_back({name, *version, "amd64", "x"});
    }
  }
  REQUIRE(test.include(debs).ok());
  REQUIRE(test.include({debs[2], debs[1]}, {"testing", "main"}).ok());
  test.compose("stable");
  test.compose("testing");
  std::vector<std::string> expected;
  for (const char* name : {"aa", "mm", "zz"}) {
    for (const std::string& version : in_order) expected.push_back(name + (" " + version));
  }
  CHECK(listed(test, kIndex) == expected);
  CHECK(listed(test, "dists/testing/main/binary-amd64/Packages") ==
        std::vector<std::string>{"zz 1.2", "zz 1.10"});
}

TEST_CASE("compose: nothing stays in the folder of staged files") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  test.compose();
  REQUIRE(test.include({{"other", "1", "arm64", "x"}}).ok());  // amd64's index stays as it is
  test.compose();
  CHECK(std::filesystem::is_empty(test.layout().push() / "incoming"));
}

TEST_CASE("compose: every index is also there under its hash, and old ones stay") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const ComposedSuite first = test.compose();
  REQUIRE(test.include({{"other", "1", "amd64", "x"}}).ok());
  const ComposedSuite second = test.compose();
  for (const ComposedSuite& composed : {first, second}) {
    for (const ServedFile& file : composed.indices) {
      const std::string bytes = test.read(by_hash_path(file));
      CHECK(sha256(bytes) == file.sha256);
      CHECK(bytes.size() == file.size);
    }
  }
  for (const ServedFile& file : second.indices) CHECK(sha256(test.read(file.path)) == file.sha256);
}

TEST_CASE("compose: empty suites have empty indices") {
  TestRepository test;
  const ComposedSuite composed = test.compose();
  CHECK(composed.indices.size() == 12);
  CHECK(test.read(kIndex).empty());
  CHECK(test::run_tool("/usr/bin/xz", {"-dc", path_in(test, std::string(kIndex) + ".xz")}).empty());
}

TEST_CASE("compose: one that changes nothing writes nothing") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const ComposedSuite first = test.compose();
  const auto before = fingerprints(test);
  test.reopen();
  const ComposedSuite second = test.compose();
  CHECK_FALSE(second.changed);
  CHECK(second.indices == first.indices);
  CHECK(fingerprints(test) == before);
}

TEST_CASE("compose: only the indices that change are written") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  test.compose();
  const auto before = fingerprints(test);
  REQUIRE(test.include({{"cc", "1", "arm64", "x"}}).ok());
  CHECK(test.compose().changed);
  const auto after = fingerprints(test);
  CHECK(after.at(test.tree(kIndex)) == before.at(test.tree(kIndex)));
  const std::string arm64 = test.tree("dists/stable/main/binary-arm64/Packages");
  CHECK(after.at(arm64) != before.at(arm64));
}

TEST_CASE("compose: the history does not show") {
  TestRepository at_once;
  REQUIRE(at_once.include({{"aa", "1", "amd64", "x"}, {"bb", "1", "amd64", "x"}}).ok());
  TestRepository one_by_one;
  REQUIRE(one_by_one.include({{"bb", "1", "amd64", "x"}}).ok());
  one_by_one.compose();
  REQUIRE(one_by_one.include({{"aa", "1", "amd64", "x"}}).ok());
  CHECK(one_by_one.compose().indices == at_once.compose().indices);
}

TEST_CASE("compose: phased packages say so, and only their indices change") {
  TestRepository test;
  REQUIRE(test.include({{"aa", "1", "amd64", "x"}, {"bb", "1", "arm64", "x"}}).ok());
  test.compose();
  const std::string plain = test.read(kIndex);
  const std::string other = test.read("dists/stable/main/binary-arm64/Packages");
  const auto listed = test.repository().state.members({"stable", "", "", "", ""}, 0, 10);
  REQUIRE(listed.ok());
  const PhasedPackage phased{listed->at(0).package.file.sha256, 25};
  RepositoryState& state = test.repository().state;
  REQUIRE(state.set_phased("stable", {phased}).ok());
  CHECK(test.compose().changed);
  const std::string marked = plain.substr(0, plain.size() - 1);
  CHECK(test.read(kIndex) == marked + "Phased-Update-Percentage: 25\n\n");
  CHECK(test.read("dists/stable/main/binary-arm64/Packages") == other);
  SECTION("the same again writes nothing") {
    REQUIRE(state.set_phased("stable", {phased}).ok());
    CHECK_FALSE(test.compose().changed);
  }
  SECTION("and no longer") {
    REQUIRE(state.set_phased("stable", {}).ok());
    CHECK(test.compose().changed);
    CHECK(test.read(kIndex) == plain);
  }
}

TEST_CASE("compose: what is missing from the tree is written again") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const ComposedSuite first = test.compose();
  std::filesystem::remove_all(test.tree("dists"));
  const ComposedSuite second = test.compose();
  CHECK_FALSE(second.changed);
  CHECK(second.indices == first.indices);
  for (const ServedFile& file : second.indices) CHECK(sha256(test.read(file.path)) == file.sha256);
}

}  // namespace
}  // namespace hallmark::publisher_test
