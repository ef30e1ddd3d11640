// rollout: how many machines take a version. Less takes one person, more takes enough; an approval
// counts once; siblings come to the same whatever they hear first.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

const std::vector<std::string> kOne = {"alice"};
const std::vector<std::string> kEnough = {"alice", "bob"};

// What is in force at `terminal` goes to `to`.
RolloutStatement rollout_of(const TestTerminal& terminal, uint64_t to, int64_t days = 30,
                            const std::string& version = "1.0-1") {
  const auto now = terminal.state->rollout_share({"tool", version, "stable"});
  REQUIRE(now.ok());
  return {"tool",       sha256(terminal.policy_text), version, "stable", now->after, now->share, to,
          "demo-group", terminal.now + days * kDay};
}

// `people` has the approvers' keys.
Json rollout_request(const TestTerminal& people, const RolloutStatement& said,
                     const std::vector<std::string>& names) {
  Json after = Json::array();
  for (const Sha256Digest& statement : said.after) after.push_back(statement.hex());
  return people.approved({{"type", "rollout"},
                          {"product", said.product},
                          {"version", said.version},
                          {"suite", said.suite},
                          {"after", after},
                          {"from", said.from},
                          {"to", said.to}},
                         render_statement(said), names);
}

std::string marked(const TestPackage& package, const std::string& share) {
  std::string stanza = stanza_of(package);
  stanza.pop_back();  // the blank line after it
  return stanza + "Phased-Update-Percentage: " + share + "\n\n";
}

class Rollout : public TestTerminal {
 public:
  Rollout() { install(); }
  Result<Response> roll(uint64_t to, const std::vector<std::string>& people) {
    ++now;  // another statement than the last
    return ask(rollout_request(*this, rollout_of(*this, to), people));
  }
  void must_roll(uint64_t to, const std::vector<std::string>& people) {
    const auto answer = roll(to, people);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    CHECK(answer->body["share"] == to);
  }
  bool signs(const std::string& amd64) {
    ++now;
    return sign_release(indices(amd64)).ok();
  }

  TestPackage package{};
};

TEST_CASE_METHOD(Rollout, "rollout: the stanza has the share, and the signer signs no other") {
  must_accept(deb_release({package}));
  CHECK(signs(stanza_of(package)));
  must_roll(25, kOne);
  CHECK(signs(marked(package, "25")));
  CHECK_FALSE(signs(stanza_of(package)));
  CHECK_FALSE(signs(marked(package, "26")));
  CHECK(log_text().find(R"("from":100,"kind":"rollout")") != std::string::npos);
  must_roll(100, kEnough);
  CHECK(signs(stanza_of(package)));
}

TEST_CASE_METHOD(Rollout, "rollout: an index that says another share") {
  must_accept(deb_release({package}));
  must_roll(0, kOne);
  check_refused(*this, sign_release(indices(marked(package, "100"))), "stanzas-are-those-accepted",
                "has another Phased-Update-Percentage than the accepted package: '100'");
  check_refused(*this, sign_release(indices(stanza_of(package))), "stanzas-are-those-accepted",
                "lacks the field Phased-Update-Percentage");
}

TEST_CASE_METHOD(Rollout, "rollout: one person stops, enough people go on") {
  must_accept(deb_release({package}));
  must_roll(10, kOne);
  check_refused(*this, roll(50, kOne), "approved-by-enough-people", "");
  check_refused(*this, roll(50, {"alice", "alice"}), "approved-by-enough-people", "");
  must_roll(50, kEnough);
  must_roll(0, kOne);
}

TEST_CASE_METHOD(Rollout, "rollout: an approval counts once") {
  must_accept(deb_release({package}));
  must_roll(10, kOne);
  const Json more = rollout_request(*this, rollout_of(*this, 50), kEnough);
  must_answer(more);
  const std::string log_then = log_text();
  must_answer(more);
  CHECK(log_text() == log_then);
  must_roll(10, kOne);
  check_refused(*this, ask(more), "approval-is-not-used-up", "was used up");
}

TEST_CASE_METHOD(Rollout, "rollout: an approval that was never used does not undo a halt") {
  must_accept(deb_release({package}));
  must_roll(0, kOne);
  const Json unused = rollout_request(*this, rollout_of(*this, 50), kEnough);
  must_roll(25, kEnough);
  must_roll(0, kOne);
  check_refused(*this, ask(unused), "follows-what-is-in-force", "is at 0%");
}

TEST_CASE_METHOD(Rollout, "rollout: what a statement follows says whether it rises") {
  must_accept(deb_release({package}));
  RolloutStatement said = rollout_of(*this, 60);
  const auto followed = [&] {
    const auto share = state->share_followed(said);
    REQUIRE(share.ok());
    return *share;
  };
  CHECK(followed() == 100U);
  must_roll(0, kOne);
  said.after = rollout_of(*this, 60).after;
  said.from = 100;  // it may say so
  CHECK(followed() == 0U);
  said.version = "2.0-1";  // of another release
  CHECK_FALSE(followed());
  said.version = "1.0-1";
  said.after = {sha256("not heard of yet")};
  CHECK_FALSE(followed());
}

TEST_CASE_METHOD(Rollout, "rollout: what comes later of a halted release is halted") {
  TestPackage second{"zlib-test", "1.0-1", "amd64", "libc6"};
  must_accept(deb_release({package}));
  must_roll(0, kOne);
  // Another build of the same release, from a lock of its own.
  TestRelease later = deb_release({second});
  Json lock = Json::parse(later.lock);
  lock["source_date_epoch"] = 1700000001;
  later.lock = *canonical_dump(lock);
  approve(later, "1.0-1");
  put_record(later, record_json(later, "1.0-1", {"zlib-test_1.0-1_amd64.deb"}));
  must_accept(later);
  CHECK(signs(marked(package, "0") + marked(second, "0")));
}

TEST_CASE_METHOD(Rollout, "rollout: what an older release gave to all stays with all") {
  TestPackage data{"zlib-test", "0.9", "amd64", "libc6"};
  must_accept(deb_release({package, data}));
  TestPackage newer = package;
  newer.version = "2.0-1";
  must_accept(deb_release({newer, data}));
  ++now;
  must_answer(rollout_request(*this, rollout_of(*this, 0, 30, "2.0-1"), kOne));
  CHECK(signs(stanza_of(package) + marked(newer, "0") + stanza_of(data)));
}

TEST_CASE_METHOD(Rollout, "rollout: what no approval lets through") {
  must_accept(deb_release({package}));
  RolloutStatement said = rollout_of(*this, 10);
  std::string rule = "approval-names-this-rollout";
  Json asked = rollout_request(*this, said, kEnough);
  SECTION("another share than was approved") { asked["to"] = 20U; }
  SECTION("another suite") { asked["suite"] = "lts"; }
  SECTION("another version") { asked["version"] = "1.0-2"; }
  SECTION("after something else") { asked["after"] = {sha256("other").hex()}; }
  SECTION("after what nobody decided") {
    said.after = {sha256("other")};
    asked = rollout_request(*this, said, kEnough);
    rule = "follows-what-is-in-force";
  }
  SECTION("after the same twice") {
    asked["after"] = {sha256("other").hex(), sha256("other").hex()};
    rule = "request-can-be-read";
  }
  SECTION("a share above all") {
    asked["to"] = 101U;
    rule = "request-can-be-read";
  }
  SECTION("no number") {
    asked["to"] = "10";
    rule = "request-can-be-read";
  }
  SECTION("another policy") {
    said.policy_sha256 = sha256("other");
    asked = rollout_request(*this, said, kEnough);
  }
  SECTION("from what is not in force") {
    said.from = 50;
    asked = rollout_request(*this, said, kEnough);
    rule = "follows-what-is-in-force";
  }
  SECTION("too late") {
    asked = rollout_request(*this, rollout_of(*this, 10, 1), kEnough);
    now += 2 * kDay;
    rule = "approval-is-in-force";
  }
  SECTION("a release that the suite never had") {
    said.version = "9.0-1";
    asked = rollout_request(*this, said, kEnough);
    rule = "release-was-accepted";
  }
  check_refused(*this, ask(asked), rule, "");
}

TEST_CASE_METHOD(Rollout, "rollout: a product's releases begin with its share") {
  rollout = 20;
  const TestRelease release = deb_release({package});
  must_accept(release);
  CHECK(signs(marked(package, "20")));
  SECTION("and go on to all") {
    must_roll(100, kEnough);
    CHECK(signs(stanza_of(package)));
    // What was accepted already is not held back again.
    must_accept(release);
    CHECK(signs(stanza_of(package)));
  }
}

TEST_CASE_METHOD(Rollout, "rollout: as many people as the strictest that holds the bytes") {
  Json policy = Json::parse(policy_text);
  policy["thresholds"] = {{{"product", "tool"}, {"people", 1U}}};
  change_policy(policy);
  must_accept(deb_release({package}));
  must_roll(0, kOne);
  must_roll(10, kOne);
}

class RolloutSiblings : public Siblings {
 public:
  RolloutSiblings() {
    release_at(t1);
    sync(t2, t1);
  }
  void roll(TestTerminal& terminal, uint64_t to) {
    wait(60);
    RolloutStatement said = rollout_of(terminal, to);
    said.policy_sha256 = sha256(t1.policy_text);
    terminal.must_answer(rollout_request(t1, said, kEnough));
  }
  // Each reads what the other did.
  void meet() {
    sync(t2, t1);
    sync(t1, t2);
  }
  static std::string share_at(const TestTerminal& terminal) {
    const std::string index = index_of(terminal);
    const std::string field = "Phased-Update-Percentage: ";
    const std::size_t at = index.find(field);
    if (at == std::string::npos) return "100";
    const std::size_t begin = at + field.size();
    return index.substr(begin, index.find('\n', begin) - begin);
  }
};

TEST_CASE_METHOD(RolloutSiblings, "rollout: siblings come to the same") {
  std::string share;
  SECTION("one after the other") {
    roll(t1, 20);
    meet();
    roll(t2, 50);
    meet();
    share = "50";
  }
  SECTION("both went up at once: the lower share counts") {
    roll(t1, 20);
    meet();
    roll(t1, 50);
    roll(t2, 30);
    meet();
    share = "30";
    SECTION("until people decide again, at either") {
      roll(t2, 60);
      meet();
      share = "60";
    }
  }
  SECTION("one went up while the other stopped") {
    roll(t1, 20);
    meet();
    roll(t2, 0);
    roll(t1, 50);
    roll(t1, 100);
    meet();
    share = "0";
  }
  SECTION("both did the same, and one went on") {
    roll(t1, 20);
    roll(t2, 20);
    roll(t1, 50);
    meet();
    share = "20";
  }
  SECTION("one stopped and went on, the other stopped") {
    roll(t1, 0);
    roll(t1, 100);
    roll(t2, 0);
    meet();
    share = "0";
  }
  SECTION("one called it back meanwhile") {
    roll(t1, 20);
    const WithdrawStatement said{"tool", sha256(t1.policy_text), "1.0-1",
                                 "*",    "demo-group",           t1.now + kDay};
    wait(60);
    t2.must_answer(t1.approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", "*"}},
        render_statement(said), kOne));
    meet();
    share = "100";
    CHECK(index_of(t1).empty());
  }
  CHECK(share_at(t1) == share);
  CHECK(share_at(t2) == share);
  CHECK(work(t1).empty());
  CHECK(work(t2).empty());
}

TEST_CASE_METHOD(RolloutSiblings, "rollout: a raise needs fresh siblings, a halt does not") {
  roll(t1, 20);
  meet();
  t1.now += 30 * kDay;
  const auto up = t1.ask(rollout_request(t1, rollout_of(t1, 50), kEnough));
  REQUIRE_FALSE(up.ok());
  CHECK(up.error().message().find("sibling-logs-are-fresh") != std::string::npos);
  CHECK(t1.ask(rollout_request(t1, rollout_of(t1, 0), kOne)).ok());
}

}  // namespace
}  // namespace hallmark::signer_test
