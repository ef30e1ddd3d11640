// withdraw: who may call a release back, and what that leaves behind. Each forgery is a named
// refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Withdrawing : public TestTerminal {
 public:
  Withdrawing() { install(); }

  WithdrawStatement withdrawal(const std::string& suite = kEverySuite) const {
    return {"tool", sha256(policy_text), "1.0-1", suite, "demo-group", now + 30 * kDay};
  }
  Json withdraw_request(const WithdrawStatement& said,
                        const std::vector<std::string>& people) const {
    return approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", kEverySuite}},
        render_statement(said), people);
  }
  Json must_withdraw(const std::vector<std::string>& people = {"carol"}) {
    return must_answer(withdraw_request(withdrawal(), people));
  }
  Result<Response> sign_apk(const std::string& bytes) {
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(bytes).hex()}};
    for (const std::string& file : {bytes, std::string()}) {
      message.fds.push_back(deb_test::memory_file(file));
    }
    return send(message);
  }
};

TEST_CASE_METHOD(Withdrawing, "withdraw: one approver calls a young release back, once") {
  must_accept(deb_release());
  REQUIRE(sign_release(indices(stanza_of({}))).ok());
  const Json answer = must_withdraw();
  REQUIRE(answer["packages"].size() == 1);
  CHECK(answer["packages"][0] == Json{{"suite", "stable"},
                                      {"component", "main"},
                                      {"package", "hm-test"},
                                      {"version", "1.0-1"},
                                      {"architecture", "amd64"}});
  const std::string log_then = log_text();
  CHECK(log_then.find("\"kind\":\"withdrawal\"") != std::string::npos);
  CHECK(log_then.find("\"approvers\":[\"carol\"]") != std::string::npos);
  now += 40 * kDay;
  open();
  Json again = withdraw_request(withdrawal(), {});
  const auto same = ask(again);
  REQUIRE(same.ok());
  CHECK(same->body == answer);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(Withdrawing, "accepted-packages: what suites hold, and what was called back") {
  const Json ask_for{{"type", "accepted-packages"}};
  CHECK(must_answer(ask_for)["packages"].empty());
  must_accept(deb_release());
  const Json held = must_answer(ask_for)["packages"];
  REQUIRE(held.size() == 1);
  CHECK(held[0]["suite"] == "stable");
  CHECK(held[0]["component"] == "main");
  CHECK(held[0]["package"] == "hm-test");
  CHECK(held[0]["version"] == "1.0-1");
  CHECK(held[0]["path"].get<std::string>().starts_with("pool/main/"));
  CHECK(held[0]["size"].get<uint64_t>() > 0);
  CHECK(must_answer({{"type", "accepted-packages"}, {"after", 1U}})["packages"].empty());
  must_withdraw();
  const Json left = must_answer(ask_for)["packages"];
  REQUIRE(left.size() == 1);
  CHECK(left[0]["sha256"] == held[0]["sha256"]);
  CHECK_FALSE(left[0].contains("path"));
  CHECK_FALSE(ask({{"type", "accepted-packages"}, {"after", "1"}}).ok());
}

TEST_CASE_METHOD(Withdrawing, "withdraw: the next index lacks the package, and may not have it") {
  must_accept(deb_release());
  TestPackage other;
  other.name = "other";
  other.version = "3.0-1";
  must_accept(deb_release(std::vector{other}));
  must_withdraw();
  check_refused(*this, sign_release(indices(stanza_of({}) + stanza_of(other))),
                "stanzas-are-those-accepted", "hm-test 1.0-1");
  CHECK(sign_release(indices(stanza_of(other))).ok());
}

TEST_CASE_METHOD(Withdrawing, "withdraw: what was called back does not come again") {
  const TestRelease release = deb_release();
  must_accept(release);
  must_withdraw();
  check_refused(*this, accept(release), "release-is-not-withdrawn", "was withdrawn");
  SECTION("with other bytes") {
    TestPackage other;
    other.depends = "evil";
    check_refused(*this, accept(deb_release(std::vector{other})), "release-is-not-withdrawn", "");
  }
  SECTION("its bytes, in another release") {
    const TestRelease next =
        release_of("deb", "2.0-1", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes({})});
    check_refused(*this, accept(next), "artefacts-were-not-withdrawn", "was withdrawn");
  }
  SECTION("its version with other bytes, in another release") {
    TestPackage other;
    other.depends = "evil";
    const TestRelease next =
        release_of("deb", "2.0-1", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes(other)});
    check_refused(*this, accept(next), "published-packages-keep-their-bytes", "other bytes");
  }
  SECTION("a lower version") {
    check_refused(*this, accept(deb_release("0.9-1")), "versions-are-not-lowered", "1.0-1");
  }
  SECTION("a higher version may") { must_accept(deb_release("1.0-2")); }
}

TEST_CASE_METHOD(Withdrawing, "withdraw: an application that was called back is not signed") {
  const std::string apk = apk_bytes();
  must_accept(apk_release("1.0-1", apk));
  const auto before = sign_apk(apk);
  REQUIRE(before.ok());
  const Json answer = must_withdraw();
  CHECK(answer["apks"] == Json::array({before->body["sha256"]}));
  keys.signatures = 0;
  check_refused(*this, sign_apk(apk), "release-is-not-withdrawn", "was withdrawn");
}

TEST_CASE_METHOD(Withdrawing, "withdraw: after the policy's days it takes as many as a release") {
  must_accept(deb_release());
  now += 7 * kDay;
  check_refused(*this, ask(withdraw_request(withdrawal(), {"alice"})), "approved-by-enough-people",
                "counts 1 of the 2 people");
  must_withdraw({"alice", "bob"});
}

// In a suite for which one person is enough, a release of an app takes as many as any other.
TEST_CASE_METHOD(TestTerminal, "withdraw: an old application takes as many as it took to release") {
  Json policy = policy_json();
  policy["thresholds"] = {{{"suite", "stable"}, {"people", 1}}};
  policy_text = policy.dump();
  install();
  must_accept(apk_release("1.0-1", apk_bytes()));
  now += 7 * kDay;
  const WithdrawStatement said{"tool", sha256(policy_text), "1.0-1",
                               "*",    "demo-group",        now + 30 * kDay};
  const auto by = [&](const std::vector<std::string>& people) {
    return ask(
        approved({{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", "*"}},
                 render_statement(said), people));
  };
  check_refused(*this, by({"alice"}), "approved-by-enough-people", "counts 1 of the 2 people");
  CHECK(by({"alice", "bob"}).ok());
}

TEST_CASE_METHOD(Withdrawing,
                 "withdraw: a young release takes no older one's package by one vote") {
  must_accept(deb_release());
  now += 30 * kDay;
  // The same .deb again, as part of the next version.
  must_accept(release_of("deb", "2.0-1", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes({})}));
  WithdrawStatement said = withdrawal();
  said.version = "2.0-1";
  Json request = withdraw_request(said, {"alice"});
  request["version"] = "2.0-1";
  check_refused(*this, ask(request), "approved-by-enough-people", "counts 1 of the 2 people");
  request = withdraw_request(said, {"alice", "bob"});
  request["version"] = "2.0-1";
  CHECK(must_answer(request)["packages"].size() == 1);
}

TEST_CASE_METHOD(Withdrawing, "withdraw: a clock that was set back makes no release young") {
  must_accept(deb_release());
  now -= kDay;
  check_refused(*this, ask(withdraw_request(withdrawal(), {"alice"})), "clock-is-not-behind",
                "has acted at 2026-11-18T11:06:40Z already");
}

TEST_CASE_METHOD(Withdrawing, "withdraw: approvals that do not count") {
  const TestRelease release = deb_release();
  must_accept(release);
  WithdrawStatement said = withdrawal();
  std::string rule = "approval-names-this-withdrawal";
  SECTION("another product") { said.product = "other"; }
  SECTION("another version") { said.version = "2.0-1"; }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("one suite, where every one is asked for") { said.suite = "stable"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(withdraw_request(said, {"alice", "bob"})), rule, "");
  Json request = withdraw_request(withdrawal(), {});
  check_refused(*this, ask(request), "approved-by-enough-people", "counts 0 of the 1 people");
  request["statement"] = release.statement;  // an approval of the release is none of its end
  check_refused(*this, ask(request), "approval-names-this-withdrawal", "action: release");
}

TEST_CASE_METHOD(Withdrawing, "withdraw: what was never accepted") {
  check_refused(*this, ask(withdraw_request(withdrawal(), {"alice"})), "release-was-accepted",
                "tool 1.0-1");
  must_accept(deb_release());
  Json request = withdraw_request(withdrawal("testing"), {"alice"});
  request["suite"] = "testing";
  check_refused(*this, ask(request), "release-was-accepted", "in suite testing");
}

}  // namespace
}  // namespace hallmark::signer_test
