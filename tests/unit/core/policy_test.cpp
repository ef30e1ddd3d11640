#include "core/model/policy.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

namespace {

Json good_policy() {
  return Json{{"format", "hallmark-policy-v1"},
              {"origin", "Example"},
              {"label", "Example"},
              {"suites", Json::array({{{"name", "stable"},
                                       {"codename", "stable"},
                                       {"components", {"main"}},
                                       {"architectures", {"amd64"}},
                                       {"valid_days", 30},
                                       {"keys", {std::string(40, 'A')}}}})},
              {"approvers", Json::array({{{"name", "alice"}, {"keys", {"ssh-ed25519 AAAA"}}},
                                         {{"name", "bob"}, {"keys", {"ssh-ed25519 BBBB"}}}})},
              {"threshold", 2},
              {"evidence", "reproduced"},
              {"apk_keys", Json::array()}};
}

std::string refusal(const Json& policy) {
  const auto parsed = parse_policy(policy.dump(), "policy.json");
  return parsed.ok() ? "" : parsed.error().message();
}

}  // namespace

TEST_CASE("a policy reads, and what is written of it reads the same") {
  const auto policy = parse_policy(good_policy().dump(), "policy.json");
  REQUIRE(policy.ok());
  CHECK(policy->suite("stable") != nullptr);
  CHECK(policy->suite("Stable") == nullptr);
  const auto again = parse_policy(to_json(*policy).dump(), "policy.json");
  REQUIRE(again.ok());
  CHECK(to_json(*again) == to_json(*policy));
}

TEST_CASE("a threshold that nobody or too few people can reach is refused") {
  Json policy = good_policy();
  policy["threshold"] = 0;
  CHECK_FALSE(refusal(policy).empty());
  policy["threshold"] = 3;
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("one key for two people, or one person twice, is refused") {
  Json policy = good_policy();
  policy["approvers"][1]["keys"] = {"ssh-ed25519 AAAA"};
  CHECK_FALSE(refusal(policy).empty());
  policy = good_policy();
  policy["approvers"][1]["name"] = "alice";
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("an origin that would start another field of Release is refused") {
  Json policy = good_policy();
  policy["origin"] = "Example\nSuite: other";
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("a suite whose name leaves its folder is refused") {
  Json policy = good_policy();
  policy["suites"][0]["name"] = "../../etc";
  CHECK_FALSE(refusal(policy).empty());
}
