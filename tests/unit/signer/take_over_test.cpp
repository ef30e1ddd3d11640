// install-policy where every terminal of the group was lost: a new one takes over, and judges the
// lost one's log again.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

// t1 has a history and is lost; t2 is new, and knows nothing.
class Lost : public Strangers {
 public:
  Lost() : Strangers(nullptr, Installed::kNeither) {
    Json policy = t1.policy_json();
    policy["withdraw_days"] = 9;
    t1.policy_text = policy.dump();
    t1.install();
    release_at(t1, "1.0-1");
    wait(kDay);
    policy["withdraw_days"] = 8;
    t1.change_policy(policy);
    wait(kDay);
    release_at(t1, "1.1-1");
    wait(40 * kDay);
    replaced = policy;
    changed = policy;
    changed["log_keys"].push_back(
        {{"terminal", "t2"}, {"key", t2.log_keys.public_key().openssh()}});
  }

  Json replaced;  // in force when t1 was lost
  Json changed;   // with t2
  std::vector<std::string> people = {"alice", "bob"};

  PolicyStatement statement() const {
    return {sha256(replaced.dump()), sha256(changed.dump()), "demo-group", t2.now + 30 * kDay};
  }
  Json take_over_request(const PolicyStatement& said) {
    t2.policy_text = changed.dump();
    Json request = t2.install_request();
    request["replaces"] = replaced.dump();
    return t1.approved(request, render_statement(said), people);
  }
  Json take_over_request() { return take_over_request(statement()); }
  void check_not_installed(const Json& request, const std::string& rule, const std::string& words) {
    check_refused(t2, t2.ask(request), rule, words);
    CHECK_FALSE(t2.ask({{"type", "policy"}}).ok());
  }
};

TEST_CASE_METHOD(Lost,
                 "take over: what the lost terminal did is judged again from its first line") {
  const Json answer = t2.must_answer(take_over_request());
  CHECK(answer["policy"] == sha256(changed.dump()).hex());
  CHECK(answer["replaces"] == sha256(replaced.dump()).hex());
  const std::string log = t2.log_text();
  CHECK(t2.must_answer(take_over_request())["policy"] == answer["policy"]);
  CHECK(t2.log_text() == log);
  CHECK(Json::parse(lines_of(t2).at(0))["sha256"] == sha256(replaced.dump()).hex());
  CHECK(Json::parse(lines_of(t2).at(1))["approvers"] == Json{"alice", "bob"});

  // Before that it signs nothing.
  const auto early = t2.sign_release({});
  REQUIRE_FALSE(early.ok());
  CHECK(early.error().message().find("sibling-logs-are-fresh") != std::string::npos);
  CHECK(sync(t2, t1) == 2);
  CHECK(index_of(t2) == index_of(t1));
  CHECK_FALSE(index_of(t2).empty());
  // Approvals that were used there are used up.
  const auto history = t2.must_answer({{"type", "policy"}})["history"];
  REQUIRE(history.size() == 2);
  CHECK(history[1].contains("statement"));
}

TEST_CASE_METHOD(Lost, "take over: a terminal that was found again takes the change as any other") {
  t2.must_answer(take_over_request());
  t1.must_answer(t1.approved({{"type", "change-policy"},
                              {"policy", changed.dump()},
                              {"openpgp_keys", Json::array()},
                              {"apk_certificates", Json::array()}},
                             render_statement(statement()), people));
  t1.policy_text = changed.dump();
  CHECK(sync(t2, t1) == 2);
  CHECK(sync(t1, t2) == 0);
}

// t2 has taken over, and the policy names the lost terminal no more.
class Settled : public Lost {
 public:
  Settled() {
    t3.terminal_name = "t3";
    t3.now = t2.now;
    t2.must_answer(take_over_request());
    sync(t2, t1);
    with_t3 = changed;
    with_t3["log_keys"].erase(0);
  }

  Json key_of_t3() { return {{"terminal", "t3"}, {"key", t3.log_keys.public_key().openssh()}}; }
  void change_at_t2(const Json& policy) {
    t2.must_answer(t1.policy_change(t2.policy_text, policy));
    t2.policy_text = policy.dump();
  }
  void check_t3_follows() {
    CHECK(sync(t3, t2) >= 2);
    CHECK(index_of(t3) == index_of(t1));
  }

  TestTerminal t3;
  Json with_t3;
};

TEST_CASE_METHOD(Settled, "take over: who joins afterwards has the lost log from the new one's") {
  with_t3["log_keys"].push_back(key_of_t3());
  change_at_t2(with_t3);
  t3.policy_text = with_t3.dump();
  t3.install();
  check_t3_follows();
}

TEST_CASE_METHOD(Settled, "take over: the one that took over is lost, too") {
  change_at_t2(with_t3);
  replaced = changed = with_t3;
  changed["log_keys"].push_back(key_of_t3());
  t3.policy_text = changed.dump();
  Json request = t3.install_request();
  request["replaces"] = replaced.dump();
  t3.must_answer(t1.approved(request, render_statement(statement()), people));
  check_t3_follows();
}

TEST_CASE_METHOD(Lost, "take over: approvals that do not count") {
  PolicyStatement said = statement();
  std::string rule = "approval-names-this-change";
  SECTION("another policy before") { said.policy_sha256 = sha256("other"); }
  SECTION("another new policy") { said.new_policy_sha256 = sha256("other"); }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = t2.now;
    rule = "approval-is-in-force";
  }
  SECTION("one person") {
    people = {"alice"};
    rule = "approved-by-enough-people";
  }
  SECTION("one person twice") {
    people = {"carol", "carol-2"};
    rule = "approved-by-enough-people";
  }
  SECTION("nobody") {
    people.clear();
    rule = "approved-by-enough-people";
  }
  check_not_installed(take_over_request(said), rule, "");
}

TEST_CASE_METHOD(Lost, "take over: more is changed than the terminal") {
  std::string words;
  SECTION("the threshold") {
    changed["threshold"] = 1;
    words = "\"threshold\"";
  }
  SECTION("an approver less") {
    changed["approvers"].erase(1);
    words = "\"approvers\"";
  }
  SECTION("an approver who was none: whoever made up the policy before") {
    replaced["approvers"][0]["keys"] = {t1.ssh_line("carol")};
    replaced["approvers"].erase(2);
    words = "\"approvers\"";
  }
  SECTION("the lost terminal's log key is dropped") {
    changed["log_keys"].erase(0);
    words = "\"log_keys\"";
  }
  SECTION("a third terminal") {
    Json third = changed["log_keys"][0];
    third["terminal"] = "t3";
    third["key"] = t1.ssh_line("alice");
    changed["log_keys"].push_back(third);
    words = "\"log_keys\"";
  }
  check_not_installed(take_over_request(), "replaced-policy-lacks-this-terminal-alone", words);
}

TEST_CASE_METHOD(Lost, "take over: under the name of the lost terminal") {
  t2.terminal_name = "t1";
  changed["log_keys"][1]["terminal"] = "t1";
  changed["log_keys"].erase(0);
  check_not_installed(take_over_request(), "replaced-policy-lacks-this-terminal-alone",
                      "was lost: its log cannot go on");
}

TEST_CASE_METHOD(Lost, "take over: what is no policy, and what stands already") {
  Json request = take_over_request();
  SECTION("no policy") {
    request["replaces"] = "{";
    check_not_installed(request, "replaced-policy-can-be-read", "");
  }
  SECTION("with a ceremony") {
    request["ceremony"] = "of yesterday";
    check_not_installed(request, "ceremony-is-of-the-first-policy", "");
  }
  SECTION("on a terminal that has a policy") {
    check_refused(t1, t1.ask(request), "no-other-policy-is-installed", "");
  }
}

TEST_CASE_METHOD(Lost, "take over: a policy that was not the lost terminal's last") {
  replaced["withdraw_days"] = 5;
  changed["withdraw_days"] = 5;
  t2.must_answer(take_over_request());
  must_import(t2, t1);
  const Json left = work(t2);
  REQUIRE_FALSE(left.empty());
  check_refused(t2, adopt(t2, t1, left.at(0)), "policy-is-the-lines", "never in force here");
}

}  // namespace
}  // namespace hallmark::signer_test
