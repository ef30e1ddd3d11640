// promote: what one suite has comes into another, by approval alone. Each forgery is a named
// refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

// Suite lts takes what stable has; three people must agree.
class Promoting : public TestTerminal {
 public:
  Promoting() {
    Json policy = policy_json();
    Json lts = policy["suites"][0];
    lts["name"] = lts["codename"] = "lts";
    policy["suites"].push_back(lts);
    policy["suites"].push_back(lts);
    policy["suites"][2]["name"] = policy["suites"][2]["codename"] = "arm";
    policy["suites"][2]["architectures"] = {"arm64"};
    policy["suites"].push_back(lts);
    policy["suites"][3]["name"] = policy["suites"][3]["codename"] = "extra";
    policy["suites"][3]["components"] = {"contrib"};
    policy["thresholds"] = {{{"suite", "lts"}, {"people", 3}}};
    policy["evidence_levels"] = {{{"suite", "stable"}, {"evidence", "built"}}};
    policy_text = policy.dump();
    install();
  }

  PromoteStatement promotion(const TestRelease& release, const std::string& to = "lts") const {
    PromoteStatement said;
    said.product = "tool";
    said.product_sha256 = sha256(release.product);
    said.policy_sha256 = sha256(policy_text);
    said.version = "1.0-1";
    said.files = {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}};
    said.from = "stable";
    said.to = to;
    said.terminal_group = "demo-group";
    said.expires = now + 30 * kDay;
    return said;
  }
  Json promote_request(const TestRelease& release, const PromoteStatement& said,
                       const std::vector<std::string>& people = {"alice", "bob", "carol"}) const {
    return approved({{"type", "promote"},
                     {"product", release.product},
                     {"version", "1.0-1"},
                     {"from", "stable"},
                     {"to", "lts"}},
                    render_statement(said), people);
  }
  Json must_promote(const TestRelease& release) {
    return must_answer(promote_request(release, promotion(release)));
  }
  std::string index_of(const std::string& suite) const {
    std::string text;
    const auto read =
        state->each_stanza({suite, "main", "amd64"}, [&](const DerivedStanza& stanza) {
          text += stanza.text;
          return ok_status();
        });
    REQUIRE(read.ok());
    return text;
  }
  Json withdraw_request(const std::string& suite, const std::vector<std::string>& people) const {
    const WithdrawStatement said{"tool", sha256(policy_text), "1.0-1",
                                 suite,  "demo-group",        now + 30 * kDay};
    return approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", suite}},
        render_statement(said), people);
  }
};

TEST_CASE_METHOD(Promoting, "promote: the same entry is in the other suite, once and for all") {
  const TestRelease release = deb_release();
  must_accept(release);
  CHECK(index_of("lts").empty());
  const Json answer = must_promote(release);
  CHECK(answer["promoted"] == Json{{{"name", "hm-test_1.0-1_amd64.deb"},
                                    {"sha256", sha256(release.artefacts.at(0)).hex()},
                                    {"component", "main"}}});
  CHECK_FALSE(index_of("lts").empty());
  CHECK(index_of("lts") == index_of("stable"));
  const std::string log_then = log_text();
  CHECK(log_then.find("\"kind\":\"promotion\"") != std::string::npos);
  CHECK(log_then.find("\"from\":\"stable\"") != std::string::npos);
  now += 40 * kDay;
  open();
  Json again = promote_request(release, promotion(release), {});
  CHECK(must_answer(again) == answer);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(Promoting, "promote: withdrawing takes it out of every suite") {
  const TestRelease release = deb_release();
  must_accept(release);
  now += 30 * kDay;
  must_promote(release);
  SECTION("of both, as many as the stricter needs: one of the two is old") {
    check_refused(*this, ask(withdraw_request("*", {"alice", "bob"})), "approved-by-enough-people",
                  "counts 2 of the 3 people");
    const Json answer = must_answer(withdraw_request("*", {"alice", "bob", "carol"}));
    CHECK(answer["packages"].size() == 2);
    CHECK(index_of("stable").empty());
    CHECK(index_of("lts").empty());
  }
  SECTION("of the one that it is new in, by one") {
    CHECK(must_answer(withdraw_request("lts", {"alice"}))["packages"].size() == 1);
    CHECK(index_of("lts").empty());
    CHECK_FALSE(index_of("stable").empty());
    check_refused(*this, ask(promote_request(release, promotion(release))),
                  "release-is-not-withdrawn", "was withdrawn from suite lts");
  }
}

TEST_CASE_METHOD(Promoting, "promote: approvals that do not count") {
  const TestRelease release = deb_release();
  must_accept(release);
  PromoteStatement said = promotion(release);
  std::string rule = "approval-names-this-promotion";
  SECTION("another product") { said.product = "other"; }
  SECTION("another product file") { said.product_sha256 = sha256("other"); }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("another version") { said.version = "2.0-1"; }
  SECTION("other bytes") { said.files.at(0).sha256 = sha256("other"); }
  SECTION("one file more") { said.files.push_back({"z.deb", sha256("z")}); }
  SECTION("no files") { said.files.clear(); }
  SECTION("from another suite") { said.from = "arm"; }
  SECTION("to another suite") { said.to = "stable"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(promote_request(release, said)), rule, "");
  CHECK(index_of("lts").empty());
  check_refused(*this, ask(promote_request(release, promotion(release), {"alice", "bob"})),
                "approved-by-enough-people", "counts 2 of the 3 people");
  Json request = promote_request(release, promotion(release));
  request["statement"] = release.statement;  // an approval of the release is none of this
  check_refused(*this, ask(request), "approval-names-this-promotion", "action: release");
}

TEST_CASE_METHOD(Promoting, "promote: suites that do not take it") {
  const TestRelease release = deb_release();
  must_accept(release);
  const auto refused = [&](const std::string& to, const std::string& words) {
    Json request = promote_request(release, promotion(release, to));
    request["to"] = to;
    check_refused(*this, ask(request), "suite-takes-the-release", words);
  };
  refused("nowhere", "suite nowhere");
  refused("arm", "architecture amd64");
  refused("extra", "component main");
}

TEST_CASE_METHOD(Promoting, "promote: what was never accepted there, or is an app") {
  const TestRelease release = deb_release();
  check_refused(*this, ask(promote_request(release, promotion(release))), "release-was-accepted",
                "tool 1.0-1 in suite stable");
  must_accept(release);
  for (const char* from : {"lts", "*"}) {
    Json request = promote_request(release, promotion(release));
    request["from"] = from;
    check_refused(*this, ask(request), "release-was-accepted", "was never accepted");
  }
}

TEST_CASE_METHOD(Promoting, "promote: an app is bound to no suite") {
  const std::string apk = apk_bytes();
  TestRelease release = apk_release("1.0-1", apk);
  release.signatures.emplace_back("carol", sign("carol", release.statement));
  must_accept(release);
  check_refused(*this, ask(promote_request(release, promotion(release))), "release-is-of-packages",
                "is no .deb");
}

TEST_CASE_METHOD(Promoting, "promote: evidence that is enough in one suite and not in the other") {
  TestRelease release = deb_release();
  Json product = Json::parse(release.product);
  product["evidence"] = "built";
  release.product = product.dump();
  release.lock = *canonical_dump(lock_json(release.product, "1.0-1"));
  approve(release, "1.0-1");
  Json record = record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"});
  record["evidence"] = "built";
  put_record(release, record);
  must_accept(release);
  check_refused(*this, ask(promote_request(release, promotion(release))),
                "evidence-reaches-the-policy", "'built' and 'reproduced' is needed in suite lts");
}

TEST_CASE_METHOD(Promoting, "promote: what the suite has already is not lowered") {
  const TestRelease first = deb_release();
  must_accept(first);
  const TestRelease second = deb_release("1.0-2");
  must_accept(second);
  PromoteStatement newer = promotion(second);
  newer.version = "1.0-2";
  newer.files.at(0).name = "hm-test_1.0-2_amd64.deb";
  Json request = promote_request(second, newer);
  request["version"] = "1.0-2";
  must_answer(request);
  check_refused(*this, ask(promote_request(first, promotion(first))), "versions-are-not-lowered",
                "is lower than 1.0-2, which suite lts has already");
}

TEST_CASE_METHOD(Promoting, "promote: a package that is another product's by now") {
  const TestRelease release = deb_release();
  must_accept(release);
  SECTION("the product may not bring it any more") {
    Json product = Json::parse(release.product);
    product["recipe"]["packages"] = {"hm-other"};
    TestRelease changed = release;
    changed.product = product.dump();
    check_refused(*this, ask(promote_request(changed, promotion(changed))),
                  "packages-are-the-products-own", "is none of the packages");
  }
  SECTION("taking over needs as many as anything does") {
    Json product = Json::parse(release.product);
    product["recipe"]["packages"] = {{{"name", "hm-test"}, {"from", "other"}}};
    TestRelease changed = release;
    changed.product = product.dump();
    must_answer(promote_request(changed, promotion(changed)));
  }
}

TEST_CASE_METHOD(Promoting,
                 "accepted-release: where a version is, and from where it was called back") {
  const TestRelease release = deb_release();
  const Json ask_for{{"type", "accepted-release"}, {"product", "tool"}, {"version", "1.0-1"}};
  CHECK(must_answer(ask_for)["builds"].empty());
  must_accept(release);
  must_promote(release);
  must_answer(withdraw_request("lts", {"alice"}));
  const Json builds = must_answer(ask_for)["builds"];
  REQUIRE(builds.size() == 2);
  CHECK(builds[0]["target"]["suite"] == "lts");
  CHECK(builds[0]["withdrawn"] == true);
  CHECK_FALSE(builds[0]["artefacts"][0].contains("path"));
  CHECK(builds[1]["withdrawn"] == false);
  CHECK(builds[1]["artefacts"][0]["path"] == "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb");
}

// Accepted before the policy had clients, or by an earlier one: nobody compared it with the keys of
// this one.
TEST_CASE_METHOD(Promoting, "promote: a package of the policy's keys is made anew instead") {
  const TestRelease release = deb_release(std::vector<TestPackage>{{"example-archive-keyring"}});
  must_accept(release);
  Json policy = Json::parse(policy_text);
  policy["clients"] = {{"name", "example"},
                       {"address", "https://packages.example.org"},
                       {"contact", "Example <packages@example.org>"}};
  const PolicyStatement change{sha256(policy_text), sha256(policy.dump()), "demo-group",
                               now + 30 * kDay};
  must_answer(approved({{"type", "change-policy"},
                        {"policy", policy.dump()},
                        {"openpgp_keys", Json::array()},
                        {"apk_certificates", Json::array()}},
                       render_statement(change), {"alice", "bob", "carol"}));
  policy_text = policy.dump();
  PromoteStatement said = promotion(release);
  said.files = {{"example-archive-keyring_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}};
  check_refused(*this, ask(promote_request(release, said)), "keyring-package-has-the-policys-keys",
                "an earlier policy");
}

}  // namespace
}  // namespace hallmark::signer_test
