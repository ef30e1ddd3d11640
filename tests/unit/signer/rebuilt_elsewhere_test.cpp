// accept-build without a record of the builder's: enough rebuilders got it, and nothing was built
// here.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/rebuilder_fixtures.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

Json elsewhere_request(const TestRelease& release) {
  Json request = TestTerminal::accept_request(release);
  request.erase("record");
  request["target"] = TestTerminal::target();
  return request;
}

class Elsewhere : public Rebuilding {
 public:
  // Where the policy asks for less, nobody but the builder supplies bytes.
  explicit Elsewhere(const std::string& evidence = "rebuilt") : Rebuilding(evidence) {
    release = deb_release();
    REQUIRE(::unlink(root.path("spool/records/" + release.record_hex + ".json").c_str()) == 0);
  }

  TestRelease release;

  Result<Response> accept_elsewhere() { return ask(elsewhere_request(release), release.artefacts); }
};

TEST_CASE_METHOD(Elsewhere, "accept-build: what two rebuilders got, and nobody built here") {
  check_refused(*this, accept(release), "record-is-from-the-builder", "not in the builder's spool");
  must_agree(release, {"north", "south"});
  const auto accepted = accept_elsewhere();
  INFO((accepted.ok() ? "" : accepted.error().message()));
  REQUIRE(accepted.ok());
  CHECK(accepted->body["accepted"][0]["name"] == "hm-test_1.0-1_amd64.deb");
  CHECK(last_leaf()["evidence"] == "rebuilt");
  CHECK(last_leaf()["rebuilt_by"] == Json{"north", "south"});
  SECTION("the same again changes nothing, whoever has spoken since") {
    must_agree(release, {"east"});
    const std::string log_then = log_text();
    CHECK(accept_elsewhere().ok());
    CHECK(log_text() == log_then);
  }
  SECTION("the record, once there is one, says the same") {
    put_record(release, Json::parse(release.record));
    const std::string log_then = log_text();
    must_accept(release);
    CHECK(log_text() == log_then);
  }
}

TEST_CASE_METHOD(Elsewhere, "accept-build: what too few rebuilders got") {
  std::string words = "nor by as many rebuilders as the policy asks for";
  SECTION("nobody") {}
  SECTION("one") { must_agree(release, {"north"}); }
  SECTION("one, with two keys") { must_agree(release, {"north", "north-2"}); }
  SECTION("each something else") {
    must_agree(release, {"north"});
    must_attest("south", other_outcome(release), release);
  }
  SECTION("those who once were rebuilders") {
    must_agree(release, {"north", "south"});
    Json policy = Json::parse(policy_text);
    policy["rebuilders"].erase(0);
    change_policy(policy);
    approve(release, "1.0-1");
  }
  check_refused(*this, accept_elsewhere(), "enough-rebuilders-agree", words);
}

TEST_CASE_METHOD(Elsewhere, "accept-build: what rebuilders got is judged as what was built here") {
  must_agree(release, {"north", "south"});
  std::string rule = "artefacts-are-those-of-the-record";
  Json request = elsewhere_request(release);
  SECTION("other bytes are handed in") { release.artefacts = {deb_bytes({"hm-test", "2.0-1"})}; }
  SECTION("nothing is handed in") { release.artefacts.clear(); }
  SECTION("one of two people approved") {
    request["signatures"].erase(1);
    rule = "approved-by-enough-people";
  }
  SECTION("a rebuilder dissents") {
    must_attest("east", other_outcome(release), release);
    rule = "no-rebuilder-dissents";
  }
  SECTION("of a target that the lock has not") {
    request["target"]["suite"] = "lts";
    rule = "enough-rebuilders-agree";
  }
  SECTION("of a target that is none") {
    request["target"] = "stable";
    rule = "enough-rebuilders-agree";
  }
  check_refused(*this, ask(request, release.artefacts), rule, "");
}

TEST_CASE_METHOD(Elsewhere, "accept-build: what two got goes once the third was overruled") {
  must_agree(release, {"north", "south"});
  must_attest("east", other_outcome(release), release);
  must_answer(dissent_request(dissent(other_outcome(release), "east")));
  CHECK(accept_elsewhere().ok());
}

TEST_CASE_METHOD(Elsewhere, "accept-build: whom people overruled is no witness for what he said") {
  must_agree(release, {"north", "south"});
  const BuildRecord right = other_outcome(release);
  must_answer(dissent_request(dissent(record_of(release), "south", right)));
  check_refused(*this, accept_elsewhere(), "enough-rebuilders-agree", "nor by as many rebuilders");
  must_agree(release, {"east"});
  CHECK(accept_elsewhere().ok());
}

TEST_CASE_METHOD(Elsewhere,
                 "accept-build: a false size is a dissent, until its rebuilder has left") {
  BuildRecord liar = record_of(release);
  ++liar.artefacts.at(0).size;
  must_attest("east", liar, release);
  must_agree(release, {"north", "south"});
  check_refused(*this, accept_elsewhere(), "no-rebuilder-dissents",
                "says that hm-test_1.0-1_amd64.deb has");
  Json policy = Json::parse(policy_text);
  policy["rebuilders"].erase(2);
  change_policy(policy);
  approve(release, "1.0-1");
  CHECK(accept_elsewhere().ok());
}

class AskedForLess : public Elsewhere {
 public:
  AskedForLess() : Elsewhere("reproduced") {}
};

TEST_CASE_METHOD(AskedForLess,
                 "accept-build: rebuilders stand in for the builder by policy alone") {
  must_agree(release, {"north", "south", "east"});
  check_refused(*this, accept_elsewhere(), "enough-rebuilders-agree",
                "was not built here, and evidence 'reproduced' is asked for there");
}

TEST_CASE_METHOD(Strangers, "siblings: what was built by neither of them is at both") {
  Json policy = policy_of_both();
  add_rebuilders(t1, policy);
  policy["evidence"] = "rebuilt";
  must_import(t1, t2);
  must_import(t2, t1);
  t1.must_answer(t1.policy_change(t1.policy_text, policy));
  set_policy(policy);
  CHECK(sync(t2, t1) == 1);
  const TestRelease release = t1.deb_release();
  release_is_served(release);
  for (const char* key : {"north", "south"}) {
    t1.must_answer(attest_request(attested(t1, key, record_of(release)), release));
  }
  const auto accepted = t1.ask(elsewhere_request(release), release.artefacts);
  INFO((accepted.ok() ? "" : accepted.error().message()));
  REQUIRE(accepted.ok());
  CHECK(sync(t2, t1) == 3);
  CHECK(index_of(t2) == index_of(t1));
}

}  // namespace
}  // namespace hallmark::signer_test
