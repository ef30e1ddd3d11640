// A sibling whose log key and signer are in other hands writes what it likes: what it says of
// times, policies and other terminals does not bring back approvals, or approvers, that are over.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Hostile : public Siblings {
 public:
  Hostile() : Siblings([](Json& policy) { policy["clock_jump_days"] = 90; }) {
    release = t1.deb_release();
    Json body = TestTerminal::accept_request(release);
    body["record_text"] = release.record;
    kept = *canonical_dump(body);
  }
  // A line that says that it accepted `release`.
  Json acceptance(const std::vector<std::string>& lines, int64_t time) const {
    return {{"sequence", lines.size()},
            {"time", format_utc(time)},
            {"terminal", "t1"},
            {"kind", "acceptance"},
            {"name", "hm-test_1.0-1_amd64.deb"},
            {"sha256", sha256(release.artefacts.at(0)).hex()},
            {"request", sha256(kept).hex()},
            {"policy", sha256(t1.policy_text).hex()}};
  }
  static Json copy_of(Json line, const std::string& origin, uint64_t sequence, int64_t time) {
    line.update(
        {{"sibling", origin}, {"sibling_sequence", sequence}, {"sibling_time", format_utc(time)}});
    return line;
  }
  Result<Response> adopt_next(TestTerminal& at) {
    return at.ask(adopt_request(work(at).at(0)), {kept, release.artefacts.at(0)});
  }
  TestRelease release;
  std::string kept;
};

TEST_CASE_METHOD(Hostile, "hostile sibling: a time of before its newest line does not count") {
  wait(31 * kDay);
  std::vector<std::string> lines = lines_of(t1);
  Json newest = Json::parse(lines.at(0));
  newest.update({{"sequence", 1U}, {"kind", "lineage"}, {"time", format_utc(t1.now)}});
  lines.push_back(newest.dump());
  SECTION("in one batch") {}
  SECTION("after it was read") { REQUIRE(import_lines(t2, t1, lines).ok()); }
  lines.push_back(acceptance(lines, kNow).dump());
  REQUIRE(import_lines(t2, t1, lines).ok());
  check_refused(t2, adopt_next(t2), "approval-is-in-force", "line 2 of t1's log");
}

TEST_CASE_METHOD(Hostile, "hostile sibling: a log that was quiet does not reach back for ever") {
  std::vector<std::string> lines = lines_of(t1);
  SECTION("it was read to its end since") {
    wait(50 * kDay);
    REQUIRE(import_lines(t2, t1, lines).ok());
    lines.push_back(acceptance(lines, kNow).dump());
    REQUIRE(import_lines(t2, t1, lines).ok());
    check_refused(t2, adopt_next(t2), "approval-is-in-force", "line 1 of t1's log");
  }
  SECTION("it was read a week ago") {
    wait(7 * kDay);
    REQUIRE(import_lines(t2, t1, lines).ok());
    wait(25 * kDay);
    lines.push_back(acceptance(lines, kNow).dump());
    REQUIRE(import_lines(t2, t1, lines).ok());
    CHECK(adopt_next(t2).ok());
  }
}

TEST_CASE_METHOD(Hostile, "hostile sibling: a terminal that nobody knows dates nothing back") {
  wait(46 * kDay);
  std::vector<std::string> lines = lines_of(t1);
  lines.push_back(copy_of(acceptance(lines, t1.now), "zz", 7, kNow).dump());
  REQUIRE(import_lines(t2, t1, lines).ok());
  check_refused(t2, adopt_next(t2), "approval-is-in-force", "line 1 of t1's log");
}

TEST_CASE_METHOD(Hostile, "hostile sibling: a policy that was replaced here does not count on") {
  wait(kDay);
  Json policy = policy_of_both();
  policy["threshold"] = 3;
  change_policy_of_t2(policy);
  std::vector<std::string> lines = lines_of(t1);
  SECTION("as long as the sibling may not have heard of it, it does") {
    lines.push_back(acceptance(lines, t1.now + 14 * kDay).dump());
    wait(20 * kDay);
    REQUIRE(import_lines(t2, t1, lines).ok());
    CHECK(adopt_next(t2).ok());
  }
  SECTION("longer it does not") {
    lines.push_back(acceptance(lines, t1.now + 14 * kDay + 1).dump());
    wait(20 * kDay);
    REQUIRE(import_lines(t2, t1, lines).ok());
    check_refused(t2, adopt_next(t2), "policy-is-the-lines", "had been replaced here");
    CHECK(index_of(t2).empty());
  }
}

// t3 came with a later policy than the one that t1 and t2 began with.
class HostileNewcomer : public Hostile {
 public:
  HostileNewcomer() {
    t3.terminal_name = "t3";
    Json policy = policy_of_both();
    policy["log_keys"].push_back({{"terminal", "t3"}, {"key", t3.log_keys.public_key().openssh()}});
    t3.policy_text = policy.dump();
    t3.install();
    change_policy_of_t2(policy);
  }
  // By a policy that nobody approved, which asks for one person.
  void accepts_by_its_own_policy(Json line, std::vector<std::string> lines) {
    Json lax = Json::parse(t1.policy_text);
    lax["threshold"] = 1;
    line["terminal"] = "t3";
    line["policy"] = sha256(lax.dump()).hex();
    lines.push_back(line.dump());
    REQUIRE(import_lines(t2, t3, lines).ok());
    Json request = adopt_request(work(t2).at(0));
    request["policy"] = true;
    check_refused(t2, t2.ask(request, {kept, lax.dump(), release.artefacts.at(0)}),
                  "policy-is-the-lines", "was never in force here");
  }
  TestTerminal t3;
};

TEST_CASE_METHOD(HostileNewcomer, "hostile sibling: its own policy, and a line dated back") {
  const std::vector<std::string> lines = lines_of(t3);
  const Json line = acceptance(lines, kNow);
  accepts_by_its_own_policy(copy_of(line, "zz", 7, kNow - 365 * kDay), lines);
}

TEST_CASE_METHOD(HostileNewcomer, "hostile sibling: its own policy, before one that was in force") {
  Json first = Json::parse(lines_of(t3).at(0));
  Json lax = Json::parse(t1.policy_text);
  lax["threshold"] = 1;
  first["sha256"] = sha256(lax.dump()).hex();
  std::vector<std::string> lines = {first.dump()};
  const Json line = acceptance(lines, kNow);
  SECTION("and it tells of none that was") {}
  SECTION("and it tells of this terminal's first, later") {
    // accepts_by_its_own_policy adds its line last: this one claims to be a copy from before.
    first.update({{"sequence", 1U}, {"sha256", sha256(t2.policy_text).hex()}});
    Json forged = line;
    forged.update({{"terminal", "t3"}, {"policy", sha256(lax.dump()).hex()}});
    lines.push_back(forged.dump());
    first["sequence"] = 2U;
    lines.push_back(first.dump());
    REQUIRE(import_lines(t2, t3, lines).ok());
    Json request = adopt_request(work(t2).at(0));
    request["policy"] = true;
    check_refused(t2, t2.ask(request, {kept, lax.dump(), release.artefacts.at(0)}),
                  "policy-is-the-lines", "was never in force here");
    return;
  }
  accepts_by_its_own_policy(line, lines);
}

TEST_CASE_METHOD(HostileNewcomer, "hostile sibling: two terminals were shown different histories") {
  release_is_served(release);
  accept_at(t1, release);
  CHECK(sync(t2, t1) == 1);
  std::vector<std::string> lines = lines_of(t3);
  Json copy = copy_of(acceptance(lines, kNow), "t1", 1, kNow);
  copy["terminal"] = "t3";
  bool settled = false;
  SECTION("the same request is the same history") {
    copy["request"] = last_line(t1)["request"];
    settled = true;
  }
  SECTION("another is another") { copy["request"] = sha256("another").hex(); }
  lines.push_back(copy.dump());
  REQUIRE(import_lines(t2, t3, lines).ok());
  CHECK(work(t2).empty());
  if (settled) {
    CHECK(t2.accept(t1.deb_release("2.0-1")).error().cause.find("sibling-lines-are-adopted") ==
          std::string::npos);
    return;
  }
  check_refused(t2, t2.accept(t1.deb_release("2.0-1")), "sibling-lines-are-adopted",
                "line 1 of the release log of terminal t3");
}

TEST_CASE_METHOD(Hostile, "hostile sibling: a Release of the future does not stop all others") {
  std::vector<std::string> lines = lines_of(t1);
  Json line = Json::parse(lines.at(0));
  line.update({{"sequence", 1U},
               {"kind", "release"},
               {"name", "dists/stable/Release"},
               {"suite", "stable"},
               {"sha256", sha256("Release").hex()},
               {"date", "2099-01-01T00:00:00Z"}});
  lines.push_back(line.dump());
  REQUIRE(import_lines(t2, t1, lines).ok());
  const auto last = t2.state->last_releases("stable", "Release");
  REQUIRE(last.ok());
  REQUIRE(last->size() == 1);
  CHECK(last->at(0).date == t2.now);
}

TEST_CASE_METHOD(Hostile, "import: the sibling knows more of this terminal than its own state") {
  std::vector<std::string> lines = lines_of(t1);
  const uint64_t own = lines_of(t2).size();
  SECTION("what is there") {
    lines.push_back(copy_of(acceptance(lines, kNow), "t2", own - 1, kNow).dump());
    CHECK(import_lines(t2, t1, lines).ok());
    CHECK(work(t2).empty());
  }
  SECTION("what was lost") {
    lines.push_back(copy_of(acceptance(lines, kNow), "t2", own, kNow).dump());
    check_refused(t2, import_lines(t2, t1, lines), "sibling-adopted-what-is-there",
                  "is an old copy");
  }
}

}  // namespace
}  // namespace hallmark::signer_test
