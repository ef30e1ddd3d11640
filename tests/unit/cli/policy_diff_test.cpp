#include "cli/policy_diff.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

Policy policy() {
  Policy policy;
  policy.origin = "Example";
  SuitePolicy& suite = policy.suites.emplace_back();
  suite.name = "stable";
  suite.codename = "bookworm";
  suite.components = {"main"};
  suite.architectures = {"amd64", "arm64"};
  suite.keys = {std::string(40, 'A')};
  policy.approvers = {{"alice", {"ssh-ed25519 A"}}, {"bob", {"ssh-ed25519 B"}}};
  return policy;
}

TEST_CASE("policy diff: nothing, or order alone") {
  Policy after = policy();
  std::swap(after.approvers[0], after.approvers[1]);
  std::swap(after.suites[0].architectures[0], after.suites[0].architectures[1]);
  CHECK(compare_policies(policy(), after).empty());
  CHECK(describe(compare_policies(policy(), after)) == "no difference\n");
}

TEST_CASE("policy diff: each fact that changes, by its name") {
  Policy after = policy();
  after.threshold = 3;
  after.suites[0].architectures = {"amd64", "riscv64"};
  after.approvers[1].keys = {"ssh-ed25519 C"};
  const std::string text = describe(compare_policies(policy(), after));
  CHECK(text ==
        "- approvers.bob.keys[ssh-ed25519 B]: ssh-ed25519 B\n"
        "+ approvers.bob.keys[ssh-ed25519 C]: ssh-ed25519 C\n"
        "- suites.stable.architectures[arm64]: arm64\n"
        "+ suites.stable.architectures[riscv64]: riscv64\n"
        "- threshold: 2\n"
        "+ threshold: 3\n");
}

TEST_CASE("policy diff: a person who leaves leaves with every key") {
  Policy after = policy();
  after.approvers.pop_back();
  const auto differences = compare_policies(policy(), after);
  REQUIRE(differences.size() == 2);
  CHECK(to_json(differences)[1] == Json{{"what", "approvers.bob.name"}, {"before", "bob"}});
}

}  // namespace
}  // namespace hallmark
