// accept-attestation: what rebuilders say, and what it is worth for a build. Each forgery is a
// named refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/rebuilder_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

TEST_CASE_METHOD(Rebuilding, "accept-build: two of three rebuilders got the same") {
  const TestRelease release = deb_release();
  const Json answer = must_attest("north", record_of(release), release);
  CHECK(answer["owner"] == "north");
  CHECK(answer["attestation"] == digest_of(record_of(release)).hex());
  CHECK(last_leaf()["kind"] == "attestation");
  CHECK(last_leaf()["name"] == "north");
  const auto refused = accept(release);
  check_refused(*this, refused, "evidence-reaches-the-policy",
                "proves 'reproduced' and 'rebuilt' is needed in suite stable");
  CHECK(refused.error().hint.find("hallmark attest import") != std::string::npos);
  must_attest("south", record_of(release), release);
  must_accept(release);
  CHECK(last_leaf()["evidence"] == "rebuilt");
  CHECK(last_leaf()["rebuilt_by"] == Json{"north", "south"});
  const Json builds = must_answer(
      {{"type", "accepted-release"}, {"product", "tool"}, {"version", "1.0-1"}})["builds"];
  CHECK(builds[0]["evidence"] == "rebuilt");
}

TEST_CASE_METHOD(Rebuilding, "accept-attestation: the same again changes nothing") {
  const TestRelease release = deb_release();
  const Json first = must_attest("north", record_of(release), release);
  const std::string log_then = log_text();
  CHECK(must_attest("north", record_of(release), release) == first);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(Rebuilding, "two keys of one rebuilder are one vote, and so are two builds") {
  const TestRelease release = deb_release();
  must_agree(release, {"north", "north-2"});
  BuildRecord later = record_of(release);
  later.built_at += 3600;
  must_attest("north", later, release);
  check_refused(*this, accept(release), "evidence-reaches-the-policy", "proves 'reproduced'");
  must_agree(release, {"east"});
  must_accept(release);
}

TEST_CASE_METHOD(Rebuilding, "accept-attestation: what no rebuilder said") {
  const TestRelease release = deb_release();
  const BuildRecord record = record_of(release);
  std::string envelope = attested(*this, "north", record);
  std::string rule = "attestation-can-be-read";
  SECTION("a stranger's") {
    envelope = attested(*this, "stranger", record);
    rule = "attestation-is-signed-by-a-rebuilder";
  }
  SECTION("an approver's") {
    envelope = attested(*this, "alice", record);
    rule = "attestation-is-signed-by-a-rebuilder";
  }
  SECTION("signed for another purpose") {
    envelope = attested(*this, "north", record, std::string(kApprovalNamespace));
    rule = "attestation-is-signed-by-a-rebuilder";
  }
  SECTION("an altered statement under the old signature") {
    BuildRecord other = record;
    other.artefacts.at(0).sha256 = sha256("other");
    Json forged = Json::parse(envelope);
    forged["payload"] = base64_encode(as_bytes(attestation_statement(other)));
    envelope = forged.dump() + "\n";
    rule = "attestation-is-signed-by-a-rebuilder";
  }
  SECTION("with a field more") {
    Json forged = Json::parse(envelope);
    forged["note"] = "x";
    envelope = forged.dump() + "\n";
  }
  SECTION("with two signatures") {
    Json forged = Json::parse(envelope);
    forged["signatures"].push_back(forged["signatures"][0]);
    envelope = forged.dump() + "\n";
  }
  SECTION("in another spelling") { envelope = Json::parse(envelope).dump(1) + "\n"; }
  SECTION("nothing") { envelope = ""; }
  SECTION("that claims to be rebuilt itself") {
    BuildRecord claim = record;
    claim.evidence = Evidence::kRebuilt;
    envelope = attested(*this, "north", claim);
  }
  check_refused(*this, ask(attest_request(envelope, release)), rule, "");
}

TEST_CASE_METHOD(Rebuilding, "accept-attestation: what is of something else") {
  const TestRelease release = deb_release();
  TestRelease shown = release;
  BuildRecord record = record_of(release);
  std::string rule = "attestation-is-of-this-lock";
  SECTION("another lock") { shown = deb_release("2.0-1"); }
  SECTION("no lock") { shown.lock = "{"; }
  SECTION("another product") { record.product = "other"; }
  SECTION("another version") { record.version = "1.0-2"; }
  SECTION("another suite") {
    record.target.suite = "lts";
    rule = "target-is-the-locks";
  }
  SECTION("another architecture") {
    record.target.architecture = "arm64";
    rule = "target-is-the-locks";
  }
  SECTION("another environment") {
    record.environment_sha256 = sha256("other");
    rule = "environment-is-the-locks";
  }
  check_refused(*this, attest("north", record, shown), rule, "");
}

TEST_CASE_METHOD(Rebuilding, "what was said of another lock is worth nothing") {
  const TestRelease before = deb_release("1.0-0");
  must_agree(before, {"north", "south", "east"});
  check_refused(*this, accept(deb_release()), "evidence-reaches-the-policy", "proves 'reproduced'");
}

TEST_CASE_METHOD(Rebuilding, "accept-attestation: no more than 16 of one rebuilder for a target") {
  const TestRelease release = deb_release();
  BuildRecord record = record_of(release);
  for (int i = 0; i < 16; ++i) {
    ++record.built_at;
    must_attest(i % 2 == 0 ? "north" : "north-2", record, release);
  }
  ++record.built_at;
  check_refused(*this, attest("north", record, release), "rebuilder-has-not-said-too-much", "16");
  SECTION("but for a dissent, which is never lost") {
    const BuildRecord other = other_outcome(release);
    must_attest("north", other, release);
    check_refused(*this, accept(release), "no-rebuilder-dissents", "was rebuilt by north");
    BuildRecord third = other;
    third.artefacts.at(0).sha256 = sha256("third");
    check_refused(*this, attest("north", third, release), "rebuilder-has-not-said-too-much", "16");
  }
  must_attest("south", record, release);
}

TEST_CASE_METHOD(Rebuilding, "a rebuilder that the policy names no longer says nothing") {
  const TestRelease release = deb_release();
  must_agree(release, {"north"});
  must_attest("south", other_outcome(release), release);
  Json policy = Json::parse(policy_text);
  policy["rebuilders"].erase(1);
  change_policy(policy);
  check_refused(*this, attest("south", record_of(release), release),
                "attestation-is-signed-by-a-rebuilder", "no rebuilder's key");
  // Neither for nor against.
  TestRelease again = deb_release();
  check_refused(*this, accept(again), "evidence-reaches-the-policy", "");
  const Json listed = must_answer(
      {{"type", "attestations"}, {"product", "tool"}, {"version", "1.0-1"}})["attestations"];
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["counts"] == true);
  CHECK(listed[1]["counts"] == false);
  must_agree(again, {"east"});
  must_accept(again);
}

TEST_CASE_METHOD(Rebuilding,
                 "attestations: who said what, and how it stands to what was accepted") {
  const TestRelease release = deb_release();
  must_agree(release, {"north", "south"});
  const Json request = {{"type", "attestations"}, {"product", "tool"}, {"version", "1.0-1"}};
  const Json before = must_answer(request);
  CHECK(before["needed"] == 2);
  CHECK_FALSE(before["attestations"][0].contains("agrees"));
  must_accept(release);
  must_attest("east", other_outcome(release), release);
  const Json after = must_answer(request)["attestations"];
  REQUIRE(after.size() == 3);
  CHECK(after[0]["owner"] == "north");
  CHECK(after[0]["agrees"] == true);
  CHECK(after[2]["owner"] == "east");
  CHECK(after[2]["agrees"] == false);
  CHECK(after[2]["overruled"] == false);
}

}  // namespace
}  // namespace hallmark::signer_test
