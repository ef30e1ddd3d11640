// Source packages in the repository: pool, Sources, what a release serves, and taking them out.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/publisher/repository_fixtures.hpp"
#include "tests/unit/verify/source_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

using source_test::TestSource;

constexpr const char* kSources = "dists/stable/main/source/Sources";
constexpr const char* kFolder = "pool/main/t/tool/";

Result<Included> include(TestRepository& test, const TestSource& source,
                         const Destination& destination = {"stable", "main"}) {
  std::vector<UniqueFd> fds;
  std::vector<int> numbers;
  for (const auto& [name, bytes] : source.all()) {
    fds.push_back(deb_test::memory_file(bytes));
    numbers.push_back(fds.back().get());
  }
  return include_source(test.repository(), test.policy(), destination, numbers);
}

TestSource second_source() {
  TestSource source;
  source.version = source.file_version = "1.0-2";
  source.files.at(1) = {"tool_1.0-2.debian.tar.xz", "more packaging"};
  return source;
}

std::size_t remove(TestRepository& test, const std::string& version) {
  const auto removed = remove_packages(
      test.repository(), std::vector<PackageName>{{"stable", "tool", version, "source"}});
  REQUIRE(removed.ok());
  return *removed;
}

TEST_CASE("sources: in the pool, in Sources in every form, and released") {
  TestRepository test;
  REQUIRE(test.include({{"tool", "1.0-1", "amd64", "x"}}).ok());
  const auto included = include(test, {});
  INFO((included.ok() ? "" : included.error().message()));
  REQUIRE(included.ok());
  REQUIRE(included->added.size() == 1);
  CHECK(included->added[0].file.path == std::string(kFolder) + "tool_1.0-1.dsc");
  CHECK(include(test, {})->unchanged == 1);
  CHECK(test.nothing_incoming());
  CHECK(test.read(std::string(kFolder) + "tool_1.0.orig.tar.gz") == "upstream");

  const ComposedSuite composed = test.compose();
  CHECK(composed.indices.size() == 3 * (2 * 2 + 1));
  const std::string text = test.read(kSources);
  CHECK(text.starts_with("Package: tool\n"));
  CHECK(text.ends_with(" tool_1.0-1.debian.tar.xz\n\n"));
  CHECK(test::run_tool("/usr/bin/xz", {"-dc", test.tree(std::string(kSources) + ".xz")}) == text);
  CHECK(test::run_tool("/usr/bin/gzip", {"-dc", test.tree(std::string(kSources) + ".gz")}) == text);
  CHECK(test.read("dists/stable/main/binary-amd64/Packages").find("tool_1.0-1.dsc") ==
        std::string::npos);
  CHECK_FALSE(test.compose().changed);

  REQUIRE(attach_release(test.repository(), test.release_of(composed)).ok());
  const auto served = test.repository().state.released_pool_files();
  REQUIRE(served.ok());
  CHECK(served->size() == 4);
}

TEST_CASE("sources: Sources follows from the sources, not from their history") {
  TestRepository first;
  REQUIRE(include(first, second_source()).ok());
  REQUIRE(include(first, {}).ok());
  TestRepository second;
  REQUIRE(include(second, {}).ok());
  second.compose();
  REQUIRE(include(second, second_source()).ok());
  CHECK(first.compose().indices == second.compose().indices);
}

TEST_CASE("sources: a file of two versions stays until both are gone") {
  TestRepository test;
  REQUIRE(include(test, {}).ok());
  REQUIRE(include(test, second_source()).ok());
  CHECK(remove(test, "1.0-1") == 1);
  CHECK(test.is_there(std::string(kFolder) + "tool_1.0.orig.tar.gz"));
  CHECK_FALSE(test.is_there(std::string(kFolder) + "tool_1.0-1.dsc"));
  CHECK_FALSE(test.is_there(std::string(kFolder) + "tool_1.0-1.debian.tar.xz"));
  CHECK(remove(test, "1.0-2") == 1);
  CHECK_FALSE(test.is_there(std::string(kFolder) + "tool_1.0.orig.tar.gz"));
  CHECK(test.compose().indices.size() == 3 * 2 * 2);
}

TEST_CASE("sources: other bytes under a name are refused, and nothing changes") {
  TestRepository test;
  REQUIRE(include(test, {}).ok());
  TestSource other = second_source();
  other.files.at(0).second = "Upstream";
  const auto refused = include(test, other);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kPolicy);
  CHECK(refused.error().message().find("tool_1.0.orig.tar.gz") != std::string::npos);
  TestSource same_version;
  same_version.files.at(1).second = "Packaging";
  CHECK_FALSE(include(test, same_version).ok());
  CHECK_FALSE(include(test, {}, {"stable", "other"}).ok());
  CHECK(include(test, {}, {"testing", "main"})->added.size() == 1);
  CHECK(test.read(std::string(kFolder) + "tool_1.0.orig.tar.gz") == "upstream");
}

}  // namespace
}  // namespace hallmark::publisher_test
