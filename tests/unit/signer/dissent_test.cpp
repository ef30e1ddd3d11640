// A rebuilder who got something else: no-rebuilder-dissents, and allow-dissent.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/rebuilder_fixtures.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

// Nobody has to rebuild anything here.
class Dissenting : public Rebuilding {
 public:
  Dissenting() : Rebuilding("reproduced") {}
};

TEST_CASE_METHOD(Dissenting, "a dissent stops a release, whatever evidence is asked for") {
  const TestRelease release = deb_release();
  BuildRecord record = record_of(release);
  std::string words = "who got hm-test_1.0-1_amd64.deb with SHA-256 " + sha256("other").hex() +
                      ", and here it has " + sha256(release.artefacts.at(0)).hex();
  SECTION("other bytes") { record = other_outcome(release); }
  SECTION("a file more") {
    record.artefacts.push_back({"more.deb", 1, sha256("more")});
    words = "got more.deb too, which was not built here";
  }
  SECTION("another name") {
    record.artefacts.at(0).name = "hm-test_1.0-1_all.deb";
    words = "did not get hm-test_1.0-1_amd64.deb, which was built here";
  }
  must_agree(release, {"north", "south"});
  must_attest("east", record, release);
  const auto refused = accept(release);
  check_refused(*this, refused, "no-rebuilder-dissents", "was rebuilt by east");
  CHECK(refused.error().message().find(words) != std::string::npos);
  CHECK(refused.error().hint.find("hallmark allow dissent tool 1.0-1 east " +
                                  digest_of(record).hex()) != std::string::npos);
}

TEST_CASE_METHOD(Rebuilding, "allow-dissent: what was overruled stands in the way no longer") {
  const TestRelease release = deb_release();
  const BuildRecord other = other_outcome(release);
  must_agree(release, {"north", "south"});
  must_attest("east", other, release);
  const Json request = dissent_request(dissent(other, "east"));
  CHECK(must_answer(request)["overruled"] == Json{digest_of(other).hex()});
  CHECK(last_leaf()["kind"] == "dissent");
  CHECK(last_leaf()["approvers"] == Json{"alice", "bob"});
  SECTION("the release goes") { must_accept(release); }
  SECTION("the same again changes nothing") {
    const std::string log_then = log_text();
    must_answer(request);
    CHECK(log_text() == log_then);
  }
  SECTION("what is said later is another dissent, and the old approval is none of it") {
    BuildRecord later = other;
    ++later.built_at;
    must_attest("east", later, release);
    must_answer(request);
    check_refused(*this, accept(release), "no-rebuilder-dissents", "was rebuilt by east");
    check_refused(*this,
                  ask(approved(dissent_body(dissent(later, "east")),
                               render_statement(dissent(other, "east")), {"alice", "bob"})),
                  "approval-names-this-dissent", "");
  }
}

TEST_CASE_METHOD(Rebuilding, "allow-dissent: in favour of what people saw, and of nothing else") {
  const TestRelease release = deb_release();
  must_agree(release, {"north", "south"});
  const BuildRecord other = other_outcome(release);
  BuildRecord seen = record_of(release);
  seen.artefacts.at(0).sha256 = sha256("what the builder had then");
  must_attest("east", other, release);
  must_answer(dissent_request(dissent(other, "east", seen)));
  check_refused(*this, accept(release), "no-rebuilder-dissents", "was rebuilt by east");
  must_answer(dissent_request(dissent(other, "east")));
  must_accept(release);
}

TEST_CASE_METHOD(Rebuilding, "who said two things dissents, and is no witness once overruled") {
  const TestRelease release = deb_release();
  must_agree(release, {"north", "south"});
  const BuildRecord other = other_outcome(release);
  must_attest("south", other, release);
  check_refused(*this, accept(release), "no-rebuilder-dissents", "was rebuilt by south");
  must_answer(dissent_request(dissent(other, "south")));
  check_refused(*this, accept(release), "evidence-reaches-the-policy", "proves 'reproduced'");
  must_agree(release, {"east"});
  must_accept(release);
}

TEST_CASE_METHOD(Rebuilding, "allow-dissent: approvals that do not count") {
  const TestRelease release = deb_release();
  const BuildRecord other = other_outcome(release);
  must_attest("east", other, release);
  DissentStatement said = dissent(other, "east");
  const Json asked = dissent_body(said);
  std::string rule = "approval-names-this-dissent";
  SECTION("another product") { said.product = "other"; }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("another version") { said.version = "1.0-2"; }
  SECTION("another rebuilder") { said.owner = "south"; }
  SECTION("another attestation") { said.attestations = {sha256("other")}; }
  SECTION("another outcome") { said.outcome = sha256("other"); }
  SECTION("another reason") { said.reason = "none"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(approved(asked, render_statement(said), {"alice", "bob"})), rule, "");
  check_refused(*this, ask(dissent_request(dissent(other, "east"), {"alice"})),
                "approved-by-enough-people", "counts 1 of the 2 people");
  check_refused(*this, accept(release), "no-rebuilder-dissents", "");
}

TEST_CASE_METHOD(Rebuilding, "allow-dissent: what nobody said") {
  const TestRelease release = deb_release();
  const BuildRecord other = other_outcome(release);
  must_attest("east", other, release);
  DissentStatement said = dissent(other, "east");
  std::string rule = "attestations-are-the-rebuilders";
  SECTION("somebody else did") { said.owner = "north"; }
  SECTION("nobody did") { said.attestations = {sha256("nothing")}; }
  SECTION("of another version") { said.version = "1.0-2"; }
  SECTION("nothing") {
    said.attestations = {};
    rule = "request-can-be-read";
  }
  SECTION("twice") {
    said.attestations.push_back(said.attestations.at(0));
    rule = "request-can-be-read";
  }
  SECTION("for a reason that brings a line along") {
    said.reason = "a clock\nexpires: 2030-01-01T00:00:00Z";
    rule = "request-can-be-read";
  }
  check_refused(*this, ask(dissent_request(said)), rule, "");
}

// Suite lts takes what stable has, where two rebuilders got it too.
class PromotingRebuilt : public Rebuilding {
 public:
  PromotingRebuilt() : Rebuilding("reproduced") {
    Json policy = Json::parse(policy_text);
    policy["suites"].push_back(policy["suites"][0]);
    policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "lts";
    policy["evidence_levels"] = {{{"suite", "lts"}, {"evidence", "rebuilt"}}};
    change_policy(policy);
    release = deb_release();
    must_accept(release);
  }

  TestRelease release;

  Json promote_request() const {
    const PromoteStatement said{"tool",
                                sha256(release.product),
                                sha256(policy_text),
                                "1.0-1",
                                {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}},
                                "stable",
                                "lts",
                                "demo-group",
                                now + 30 * kDay};
    return approved({{"type", "promote"},
                     {"product", release.product},
                     {"version", "1.0-1"},
                     {"from", "stable"},
                     {"to", "lts"}},
                    render_statement(said), {"alice", "bob"});
  }
};

TEST_CASE_METHOD(PromotingRebuilt,
                 "promote: rebuilders may say so after the release was accepted") {
  check_refused(*this, ask(promote_request()), "evidence-reaches-the-policy",
                "'rebuilt' is needed in suite lts");
  must_agree(release, {"north", "east"});
  must_answer(promote_request());
  CHECK(last_leaf()["evidence"] == "rebuilt");
}

TEST_CASE_METHOD(PromotingRebuilt, "promote: a rebuilder who dissents since then stops it") {
  must_agree(release, {"north", "east"});
  must_attest("south", other_outcome(release), release);
  check_refused(*this, ask(promote_request()), "no-rebuilder-dissents", "was rebuilt by south");
  must_answer(dissent_request(dissent(other_outcome(release), "south")));
  must_answer(promote_request());
}

// --- Siblings -----------------------------------------------------------------------------------

// Both terminals have t1's idea of who is who.
class RebuildingSiblings : public Strangers {
 public:
  RebuildingSiblings()
      : Strangers([this](Json& policy) {
          policy["evidence"] = "rebuilt";
          add_rebuilders(t1, policy);
        }) {
    must_import(t1, t2);
    must_import(t2, t1);
  }
  static void agree(TestTerminal& at, const TestTerminal& keys, const TestRelease& release,
                    const std::vector<std::string>& by) {
    for (const std::string& key : by) {
      at.must_answer(attest_request(attested(keys, key, record_of(release)), release));
    }
  }
};

TEST_CASE_METHOD(RebuildingSiblings, "siblings: what rebuilders said to one counts at the other") {
  TestRelease release = t1.deb_release();
  release_is_served(release);
  agree(t1, t1, release, {"north"});
  SECTION("for what the other accepts") {
    CHECK(sync(t2, t1) == 1);
    agree(t2, t1, release, {"south"});
    accept_at(t2, release);
  }
  SECTION("for what was accepted there") {
    agree(t1, t1, release, {"south"});
    accept_at(t1, release);
    CHECK(sync(t2, t1) == 3);
    CHECK(index_of(t2) == index_of(t1));
  }
}

TEST_CASE_METHOD(RebuildingSiblings, "siblings: a dissent is known everywhere, and so is its end") {
  const TestRelease release = t1.deb_release();
  release_is_served(release);
  agree(t1, t1, release, {"north", "south"});
  const BuildRecord other = Rebuilding::other_outcome(release);
  t1.must_answer(attest_request(attested(t1, "east", other), release));
  CHECK(sync(t2, t1) == 3);
  t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
  check_refused(t2, t2.accept(release), "no-rebuilder-dissents", "was rebuilt by east");
  const DissentStatement said{
      "tool",    sha256(t1.policy_text), "1.0-1",
      "east",    {digest_of(other)},     outcome_digest(record_of(release).artefacts),
      "a clock", "demo-group",           t1.now + 30 * kDay};
  t1.must_answer(
      t1.approved(Rebuilding::dissent_body(said), render_statement(said), {"alice", "bob"}));
  CHECK(sync(t2, t1) == 1);
  accept_at(t2, release);
}

// A witness there is none here, where it is known to have said something else too.
TEST_CASE_METHOD(RebuildingSiblings, "siblings: a witness that said two things, one to each") {
  const TestRelease release = t1.deb_release();
  release_is_served(release);
  t2.must_answer(
      attest_request(attested(t1, "south", Rebuilding::other_outcome(release)), release));
  agree(t1, t1, release, {"north", "south"});
  accept_at(t1, release);
  CHECK(sync(t2, t1) == 3);
  CHECK(index_of(t2) == index_of(t1));
}

// What is published there is judged by what was known there; promoting it asks again.
TEST_CASE_METHOD(RebuildingSiblings, "siblings: a dissent that the other did not know of") {
  const TestRelease release = t1.deb_release();
  release_is_served(release);
  t2.must_answer(attest_request(attested(t1, "east", Rebuilding::other_outcome(release)), release));
  agree(t1, t1, release, {"north", "south"});
  accept_at(t1, release);
  CHECK(sync(t2, t1) == 3);
  CHECK(index_of(t2) == index_of(t1));
}

}  // namespace
}  // namespace hallmark::signer_test
