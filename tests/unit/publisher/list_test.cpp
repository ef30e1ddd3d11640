// Queries over what is in which suite.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

std::string with_source(const std::string& package, const std::string& source) {
  return deb_test::deb_of_control("Package: " + package + "\n" + source +
                                  "Version: 1\nArchitecture: all\n"
                                  "Maintainer: A Person <person@example.org>\n"
                                  "Description: x\n");
}

std::string names(TestRepository& test, const MemberQuery& query) {
  const auto members = test.repository().state.members(query, 0, 100);
  REQUIRE(members.ok());
  std::string out;
  for (const Membership& member : *members) {
    out += (out.empty() ? "" : " ") + member.suite + ":" + member.package.package;
  }
  return out;
}

TEST_CASE("list: by suite, name or pattern, component, architecture and source") {
  TestRepository test;
  REQUIRE(test.include({{"liba", "1", "amd64", "x"}}).ok());
  REQUIRE(test.include({{"libb", "1", "arm64", "x"}}).ok());
  REQUIRE(test.include({{"liba", "1", "amd64", "x"}}, {"testing", "main"}).ok());
  REQUIRE(test.include({{"tool", "1", "all", "x"}}, {"stable", "contrib"}).ok());
  REQUIRE(test.include_bytes({with_source("part", "Source: whole\n"),
                              with_source("piece", "Source: whole (2)\n"), with_source("whole", ""),
                              with_source("wholes", "Source: wholesome\n"),
                              with_source("other", "X-Note: Source: whole\n")})
              .ok());
  CHECK(names(test, {"testing", "", "", "", ""}) == "testing:liba");
  CHECK(names(test, {"", "liba", "", "", ""}) == "stable:liba testing:liba");
  CHECK(names(test, {"stable", "lib*", "", "", ""}) == "stable:liba stable:libb");
  CHECK(names(test, {"", "lib[b-z]", "", "", ""}) == "stable:libb");
  CHECK(names(test, {"", "t??l", "", "", ""}) == "stable:tool");
  CHECK(names(test, {"", "lib", "", "", ""}).empty());
  CHECK(names(test, {"", "", "contrib", "", ""}) == "stable:tool");
  CHECK(names(test, {"", "", "", "arm64", ""}) == "stable:libb");
  CHECK(names(test, {"", "", "", "", "whole"}) == "stable:part stable:piece stable:whole");
  CHECK(names(test, {"", "'; --", "", "", ""}).empty());
}

}  // namespace
}  // namespace hallmark::publisher_test
