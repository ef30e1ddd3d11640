// rollout: how many machines take a version. Less takes one person, more takes enough; an approval
// counts once; siblings come to the same whatever they hear first.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

const std::vector<std::string> kOne = {"alice"};
const std::vector<std::string> kEnough = {"alice", "bob"};

RolloutStatement rollout_of(const TestTerminal& terminal, uint64_t from, uint64_t to,
                            int64_t days = 30) {
  return {"tool",       sha256(terminal.policy_text), "1.0-1", "stable", from, to,
          "demo-group", terminal.now + days * kDay};
}

// `terminal` has the approvers' keys.
Json rollout_request(const TestTerminal& terminal, const RolloutStatement& said,
                     const std::vector<std::string>& people) {
  return terminal.approved({{"type", "rollout"},
                            {"product", said.product},
                            {"version", said.version},
                            {"suite", said.suite},
                            {"from", said.from},
                            {"to", said.to}},
                           render_statement(said), people);
}

std::string marked(const TestPackage& package, const std::string& share) {
  std::string stanza = stanza_of(package);
  stanza.pop_back();  // the blank line after it
  return stanza + "Phased-Update-Percentage: " + share + "\n\n";
}

class Rollout : public TestTerminal {
 public:
  Rollout() { install(); }
  Result<Response> roll(uint64_t from, uint64_t to, const std::vector<std::string>& people) {
    return ask(rollout_request(*this, rollout_of(*this, from, to), people));
  }
  void must_roll(uint64_t from, uint64_t to, const std::vector<std::string>& people) {
    must_answer(rollout_request(*this, rollout_of(*this, from, to), people));
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
  must_roll(100, 25, kOne);
  CHECK(signs(marked(package, "25")));
  CHECK_FALSE(signs(stanza_of(package)));
  CHECK_FALSE(signs(marked(package, "26")));
  CHECK(log_text().find(R"("from":100,"kind":"rollout")") != std::string::npos);
  must_roll(25, 100, kEnough);
  CHECK(signs(stanza_of(package)));
}

TEST_CASE_METHOD(Rollout, "rollout: an index that says another share") {
  must_accept(deb_release({package}));
  must_roll(100, 0, kOne);
  check_refused(*this, sign_release(indices(marked(package, "100"))), "stanzas-are-those-accepted",
                "has another Phased-Update-Percentage than the accepted package: '100'");
  check_refused(*this, sign_release(indices(stanza_of(package))), "stanzas-are-those-accepted",
                "lacks the field Phased-Update-Percentage");
}

TEST_CASE_METHOD(Rollout, "rollout: one person stops, enough people go on") {
  must_accept(deb_release({package}));
  must_roll(100, 10, kOne);
  check_refused(*this, roll(10, 50, kOne), "approved-by-enough-people", "");
  check_refused(*this, roll(10, 50, {"alice", "alice"}), "approved-by-enough-people", "");
  must_roll(10, 50, kEnough);
  must_roll(50, 0, kOne);
}

TEST_CASE_METHOD(Rollout, "rollout: an approval counts once") {
  must_accept(deb_release({package}));
  must_roll(100, 10, kOne);
  const Json more = rollout_request(*this, rollout_of(*this, 10, 50), kEnough);
  must_answer(more);
  const std::string log_then = log_text();
  must_answer(more);
  CHECK(log_text() == log_then);
  must_roll(50, 10, kOne);
  check_refused(*this, ask(more), "approval-is-not-used-up", "was used up");
}

TEST_CASE_METHOD(Rollout, "rollout: what no approval lets through") {
  must_accept(deb_release({package}));
  RolloutStatement said = rollout_of(*this, 100, 10);
  std::string rule = "approval-names-this-rollout";
  Json asked = rollout_request(*this, said, kEnough);
  SECTION("another share than was approved") { asked["to"] = 20U; }
  SECTION("another suite") { asked["suite"] = "lts"; }
  SECTION("another version") { asked["version"] = "1.0-2"; }
  SECTION("a share above all") {
    asked["to"] = 101U;
    rule = "request-can-be-read";
  }
  SECTION("no number") {
    asked["to"] = "10";
    rule = "request-can-be-read";
  }
  SECTION("no change") {
    said.to = said.from;
    asked = rollout_request(*this, said, kEnough);
    rule = "request-can-be-read";
  }
  SECTION("another policy") {
    said.policy_sha256 = sha256("other");
    asked = rollout_request(*this, said, kEnough);
  }
  SECTION("from what is not in force") {
    asked = rollout_request(*this, rollout_of(*this, 50, 10), kEnough);
    rule = "starts-from-what-is-in-force";
  }
  SECTION("too late") {
    asked = rollout_request(*this, rollout_of(*this, 100, 10, 1), kEnough);
    now += 2 * kDay;
    rule = "approval-is-in-force";
  }
  SECTION("a release that the suite does not have") {
    said.version = "9.0-1";
    asked = rollout_request(*this, said, kEnough);
    rule = "release-is-in-the-suite";
  }
  check_refused(*this, ask(asked), rule, "");
}

TEST_CASE_METHOD(Rollout, "rollout: a product's releases begin with its share") {
  rollout = 20;
  const TestRelease release = deb_release({package});
  must_accept(release);
  CHECK(signs(marked(package, "20")));
  SECTION("and go on to all") {
    must_roll(20, 100, kEnough);
    CHECK(signs(stanza_of(package)));
    // What was accepted already is not held back again.
    must_accept(release);
    CHECK(signs(stanza_of(package)));
  }
}

class RolloutSiblings : public Siblings {
 public:
  RolloutSiblings() {
    release_at(t1);
    sync(t2, t1);
  }
  void roll(TestTerminal& terminal, uint64_t from, uint64_t to) {
    wait(60);
    terminal.must_answer(rollout_request(t1, rollout_of(t1, from, to), kEnough));
  }
  // Each reads what the other did.
  void meet() {
    sync(t2, t1);
    sync(t1, t2);
  }
  std::string share_at(const TestTerminal& terminal) {
    const std::string index = index_of(terminal);
    const std::size_t at = index.find("Phased-Update-Percentage: ");
    return at == std::string::npos ? "100" : index.substr(at + 26, index.find('\n', at) - at - 26);
  }
};

TEST_CASE_METHOD(RolloutSiblings, "rollout: siblings come to the same") {
  std::string share;
  SECTION("one after the other") {
    roll(t1, 100, 20);
    meet();
    roll(t2, 20, 50);
    meet();
    share = "50";
  }
  SECTION("both went up at once: the lower share counts") {
    roll(t1, 100, 20);
    meet();
    roll(t1, 20, 50);
    roll(t2, 20, 30);
    meet();
    share = "30";
  }
  SECTION("one went up while the other stopped") {
    roll(t1, 100, 20);
    meet();
    roll(t2, 20, 0);
    roll(t1, 20, 50);
    roll(t1, 50, 100);
    meet();
    share = "0";
  }
  SECTION("both did the same") {
    roll(t1, 100, 20);
    roll(t2, 100, 20);
    meet();
    share = "20";
  }
  CHECK(share_at(t1) == share);
  CHECK(share_at(t2) == share);
  CHECK(work(t1).empty());
  CHECK(work(t2).empty());
}

}  // namespace
}  // namespace hallmark::signer_test
