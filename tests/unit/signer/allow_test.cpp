// allow-lower-version and allow-lower-evidence: what lets a rule ask for less, and for how long.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

// 2.0-1 came and was called back; 1.0-1 was there before it.
class Lowering : public TestTerminal {
 public:
  Lowering() {
    install();
    must_accept(deb_release("1.0-1"));
    must_accept(deb_release("2.0-1"));
  }
  void withdraw(const std::string& version) {
    const WithdrawStatement said{"tool", sha256(policy_text), version,
                                 "*",    "demo-group",        now + kDay};
    must_answer(
        approved({{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", "*"}},
                 render_statement(said), {"alice"}));
  }
  LowerVersionStatement wanted() const {
    return {"tool",  sha256(policy_text), "stable",     {"hm-test"},    "2.0-1",
            "1.5-1", "2.0 eats data",     "demo-group", now + 30 * kDay};
  }
  Json lower_request(const LowerVersionStatement& said,
                     const std::vector<std::string>& people = {"alice", "bob"}) const {
    return approved({{"type", "allow-lower-version"},
                     {"product", "tool"},
                     {"suite", "stable"},
                     {"packages", {"hm-test"}},
                     {"version_now", "2.0-1"},
                     {"version_wanted", "1.5-1"},
                     {"reason", "2.0 eats data"}},
                    render_statement(said), people);
  }
};

TEST_CASE_METHOD(Lowering, "allow-lower-version: once, for exactly this version") {
  withdraw("2.0-1");
  const TestRelease release = deb_release("1.5-1");
  const auto refused = accept(release);
  check_refused(*this, refused, "versions-are-not-lowered", "is lower than 2.0-1");
  CHECK(refused.error().hint.find("hallmark allow lower-version PRODUCT stable 2.0-1 1.5-1 "
                                  "hm-test") != std::string::npos);
  must_answer(lower_request(wanted()));
  CHECK(log_text().find("\"kind\":\"lower-version\"") != std::string::npos);
  CHECK(log_text().find("\"reason\":\"2.0 eats data\"") != std::string::npos);
  check_refused(*this, accept(deb_release("1.4-1")), "versions-are-not-lowered", "1.4-1");
  SECTION("it comes") {
    must_accept(release);
    // The floor stays where it was.
    check_refused(*this, accept(deb_release("1.6-1")), "versions-are-not-lowered", "2.0-1");
    must_accept(deb_release("2.0-2"));
  }
  SECTION("another release does not use it a second time") {
    must_accept(release);
    TestRelease other = deb_release("1.5-1");
    Json lock = lock_json(other.product, "1.5-1");
    lock["source_date_epoch"] = 1700000001;
    other.lock = *canonical_dump(lock);
    approve(other, "1.5-1");
    put_record(other, record_json(other, "1.5-1", {"hm-test_1.5-1_amd64.deb"}));
    check_refused(*this, accept(other), "versions-are-not-lowered", "is lower than 2.0-1");
    // Nor does the same approval, handed in again, allow it again.
    must_answer(lower_request(wanted()));
    check_refused(*this, accept(other), "versions-are-not-lowered", "is lower than 2.0-1");
  }
  SECTION("too late") {
    now += 30 * kDay;
    TestRelease later = release;
    approve(later, "1.5-1");
    check_refused(*this, accept(later), "versions-are-not-lowered", "is lower than 2.0-1");
  }
}

TEST_CASE_METHOD(Lowering, "allow-lower-version: approvals that do not count") {
  withdraw("2.0-1");
  LowerVersionStatement said = wanted();
  std::string rule = "approval-names-this-lower-version";
  SECTION("another product") { said.product = "other"; }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("another suite") { said.suite = "testing"; }
  SECTION("another package") { said.packages = {"hm-other"}; }
  SECTION("a package more") { said.packages.emplace_back("hm-other"); }
  SECTION("another version now") { said.version_now = "3.0-1"; }
  SECTION("another version wanted") { said.version_wanted = "1.4-1"; }
  SECTION("another reason") { said.reason = "no reason"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(lower_request(said)), rule, "");
  check_refused(*this, ask(lower_request(wanted(), {"alice"})), "approved-by-enough-people",
                "counts 1 of the 2 people");
}

TEST_CASE_METHOD(Lowering, "allow-lower-version: the higher version must have been withdrawn") {
  check_refused(*this, ask(lower_request(wanted())), "higher-versions-are-withdrawn",
                "hm-test 2.0-1: is still in suite stable");
}

TEST_CASE_METHOD(Lowering, "allow-lower-version: what is not so") {
  withdraw("2.0-1");
  const auto refused = [&](LowerVersionStatement said, const Json& changes, const std::string& rule,
                           const std::string& words) {
    Json request = lower_request(said);
    request.update(changes);
    check_refused(*this, ask(request), rule, words);
  };
  LowerVersionStatement said = wanted();
  said.suite = "testing";
  refused(said, {{"suite", "testing"}}, "suite-is-in-the-policy", "suite testing");
  said = wanted();
  said.product = "other";
  refused(said, {{"product", "other"}}, "packages-are-the-products-own", "of the product tool");
  said = wanted();
  said.version_now = "1.9-1";
  refused(said, {{"version_now", "1.9-1"}}, "version-now-is-the-newest", "has had version '2.0-1'");
  said = wanted();
  said.version_wanted = "2.0-2";
  refused(said, {{"version_wanted", "2.0-2"}}, "version-wanted-is-lower", "is not lower");
}

TEST_CASE_METHOD(Lowering, "allow-lower-version: fields that could forge a line of the statement") {
  withdraw("2.0-1");
  Json request = lower_request(wanted());
  SECTION("a reason of two lines") { request["reason"] = "so\nexpires: 2036-01-01T00:00:00Z"; }
  SECTION("a reason that hides what is before it") { request["reason"] = "so\x1b[2K"; }
  SECTION("no reason") { request["reason"] = ""; }
  SECTION("a reason without end") { request["reason"] = std::string(201, 'x'); }
  SECTION("a product with a line feed") { request["product"] = "tool\npolicy: x"; }
  SECTION("a package with a space") { request["packages"] = {"hm-test x"}; }
  SECTION("a package twice") { request["packages"] = {"hm-test", "hm-test"}; }
  SECTION("no packages") { request["packages"] = Json::array(); }
  SECTION("a version that is none") { request["version_wanted"] = "../1"; }
  check_refused(*this, ask(request), "request-can-be-read", "");
}

class LessEvidence : public TestTerminal {
 public:
  LessEvidence() {
    Json policy = policy_json();
    policy["lower_evidence_days"] = 60;
    policy_text = policy.dump();
    install();
  }
  TestRelease built_release() {
    TestRelease release = deb_release();
    Json record = record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"});
    record["evidence"] = "built";
    put_record(release, record);
    return release;
  }
  LowerEvidenceStatement wanted() const {
    return {"tool",  sha256(policy_text), {"stable"},   Evidence::kBuilt,
            "carol", now + 60 * kDay,     "demo-group", now + 30 * kDay};
  }
  static Json body(const LowerEvidenceStatement& said) {
    return {{"type", "allow-lower-evidence"},
            {"product", said.product},
            {"suites", said.suites},
            {"evidence", evidence_name(said.evidence)},
            {"owner", said.owner},
            {"until", format_utc(said.until)}};
  }
  Json lower_request(const LowerEvidenceStatement& said,
                     const std::vector<std::string>& people = {"alice", "bob"}) const {
    return approved(body(said), render_statement(said), people);
  }
};

TEST_CASE_METHOD(LessEvidence, "allow-lower-evidence: until its day, and shown until then") {
  TestRelease release = built_release();
  const auto refused = accept(release);
  check_refused(*this, refused, "evidence-reaches-the-policy",
                "proves 'built' and 'reproduced' is needed in suite stable");
  CHECK(refused.error().hint.find("hallmark allow lower-evidence tool built stable") !=
        std::string::npos);
  const LowerEvidenceStatement said = wanted();
  must_answer(lower_request(said));
  CHECK(log_text().find("\"kind\":\"lower-evidence\"") != std::string::npos);
  const Json shown = must_answer({{"type", "status"}})["lowered_evidence"];
  REQUIRE(shown.size() == 1);
  CHECK(shown[0]["owner"] == "carol");
  CHECK(shown[0]["days_left"] == 60);
  SECTION("it comes") { must_accept(release); }
  SECTION("on the day after, it does not") {
    now += 60 * kDay;
    REQUIRE(state->set_time_floor(now - kDay).ok());  // it was not idle all the time
    approve(release, "1.0-1");
    check_refused(*this, accept(release), "evidence-reaches-the-policy", "");
    CHECK(must_answer({{"type", "status"}})["lowered_evidence"].empty());
    // The approval has ended with it: it does not begin anew.
    must_answer(lower_request(said));
    check_refused(*this, accept(release), "evidence-reaches-the-policy", "");
  }
  SECTION("not for less than that") {
    Json record = record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"});
    record["evidence"] = "prebuilt";
    put_record(release, record);
    check_refused(*this, accept(release), "evidence-reaches-the-policy", "proves 'prebuilt'");
  }
}

TEST_CASE_METHOD(LessEvidence, "allow-lower-evidence: approvals that do not count") {
  LowerEvidenceStatement said = wanted();
  const Json asked = body(said);
  std::string rule = "approval-names-this-lower-evidence";
  SECTION("another product") { said.product = "other"; }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("another suite") { said.suites = {"testing"}; }
  SECTION("a higher level") { said.evidence = Evidence::kReproduced; }
  SECTION("another owner") { said.owner = "alice"; }
  SECTION("another day") { said.until -= kDay; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(approved(asked, render_statement(said), {"alice", "bob"})), rule, "");
  check_refused(*this, ask(lower_request(wanted(), {"alice"})), "approved-by-enough-people",
                "counts 1 of the 2 people");
}

// Its signature is bound to no suite: one that a single person decides about would do for all.
TEST_CASE_METHOD(TestTerminal,
                 "allow-lower-evidence: an app takes as many as it takes to release") {
  Json policy = policy_json();
  policy["thresholds"] = {{{"suite", "stable"}, {"people", 1}}};
  policy_text = policy.dump();
  install();
  const LowerEvidenceStatement said{"tool",  sha256(policy_text), {"stable"},   Evidence::kBuilt,
                                    "carol", now + 60 * kDay,     "demo-group", now + 30 * kDay};
  const Json request = approved({{"type", "allow-lower-evidence"},
                                 {"product", "tool"},
                                 {"suites", {"stable"}},
                                 {"evidence", "built"},
                                 {"owner", "carol"},
                                 {"until", format_utc(said.until)}},
                                render_statement(said), {"alice"});
  SECTION("that is known") {
    must_accept(apk_release("1.0-1", apk_bytes()));
    check_refused(*this, ask(request), "approved-by-enough-people", "counts 1 of the 2 people");
  }
  SECTION("that has not come yet") {
    check_refused(*this, ask(request), "approved-by-enough-people", "counts 1 of the 2 people");
  }
  SECTION("packages do not") {
    must_accept(deb_release());
    CHECK(ask(request).ok());
  }
}

TEST_CASE_METHOD(LessEvidence, "allow-lower-evidence: what the policy does not have") {
  LowerEvidenceStatement said = wanted();
  std::string rule;
  SECTION("an owner who is no approver") {
    said.owner = "mallory";
    rule = "owner-is-an-approver";
  }
  SECTION("an end beyond the policy's days") {
    said.until = now + 60 * kDay + 1;
    rule = "end-is-within-the-policys-bound";
  }
  SECTION("an end that has been") {
    said.until = now;
    rule = "end-is-within-the-policys-bound";
  }
  SECTION("a suite that is none") {
    said.suites = {"stable", "testing"};
    rule = "suites-are-in-the-policy";
  }
  SECTION("a suite with a line of its own") {
    said.suites = {"stable\nevidence: prebuilt"};
    rule = "request-can-be-read";
  }
  SECTION("an owner with a line of their own") {
    said.owner = "carol\nuntil: 2036-01-01T00:00:00Z";
    rule = "request-can-be-read";
  }
  check_refused(*this, ask(lower_request(said)), rule, "");
}

}  // namespace
}  // namespace hallmark::signer_test
