#include "cli/suite_diff.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

Json listed(const std::string& package, const std::string& version,
            const std::string& architecture = "amd64") {
  return {{"package", package}, {"version", version}, {"architecture", architecture}};
}

TEST_CASE("suite diff: only here, only there, in other versions") {
  const Json from = {listed("same", "1"), listed("gone", "1"), listed("moved", "1.9"),
                     listed("moved", "1.10"), listed("arch", "1", "arm64")};
  const Json to = {listed("same", "1"), listed("come", "2"), listed("moved", "1.10"),
                   listed("arch", "1")};
  const Json difference = diff_suites(from, to);
  CHECK(suite_diff_words(difference) ==
        "- arch arm64 1\n- gone amd64 1\n+ arch amd64 1\n+ come amd64 2\n"
        "! moved amd64 1.9, 1.10 -> 1.10\n");
  CHECK(difference["other_versions"] == Json::array({{{"package", "moved"},
                                                      {"architecture", "amd64"},
                                                      {"from", {"1.9", "1.10"}},
                                                      {"to", Json::array({"1.10"})}}}));
}

TEST_CASE("suite diff: none") {
  const Json packages = {listed("same", "1"), listed("same", "2")};
  CHECK(suite_diff_words(diff_suites(packages, packages)).empty());
  CHECK(suite_diff_words(diff_suites(Json::array(), Json::array())).empty());
}

}  // namespace
}  // namespace hallmark
