// The signer's clock: set back, set ahead, and what an approval changes. Each forgery is a named
// refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Clock : public TestTerminal {
 public:
  Clock() {
    install();
    must_accept(deb_release());
  }

  int64_t floor() const {
    const auto floor = state->time_floor();
    REQUIRE((floor.ok() && *floor));
    return **floor;
  }
  Json last_line() const {
    const std::string text = log_text();
    return Json::parse(text.substr(text.rfind('\n', text.size() - 2) + 1));
  }
  Result<Response> sign() { return sign_release(indices(stanza_of({}))); }
  Result<Response> refresh() { return ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}); }

  TimeStatement jump() const {
    return {sha256(policy_text), "t1", floor(), now, "demo-group", now + 5 * kDay};
  }
  Json jump_request(const TimeStatement& said,
                    const std::vector<std::string>& people = {"alice", "bob"}) const {
    const std::string statement = render_statement(said);
    Json signatures = Json::array();
    for (const std::string& person : people) {
      signatures.push_back(
          {{"approver", person}, {"signature", TestTerminal::sign(person, statement)}});
    }
    return Json{{"type", "time-jump"},
                {"time", format_utc(said.time)},
                {"statement", statement},
                {"signatures", signatures}};
  }
  void must_jump() {
    const auto answer = ask(jump_request(jump()));
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
  }
};

TEST_CASE_METHOD(Clock, "clock: behind the newest time that the signer acted at") {
  now += 10 * kDay;
  REQUIRE(sign().ok());
  keys.signatures = 0;
  const int64_t then = floor();
  now -= 6;
  const std::string rule = "clock-is-not-behind";
  check_refused(*this, sign(), rule, "says 2026-11-28T11:06:34Z");
  check_refused(*this, accept(deb_release("2.0-1")), rule, "has acted at");
  for (const char* type : {"refresh-apt-release", "sign-apk", "sign-aab", "sign-apk-lineage",
                           "sign-checkpoint", "change-policy", "withdraw"}) {
    check_refused(*this, ask({{"type", type}}), rule, "has acted at");
  }
  CHECK(floor() == then);
  // The line of a refusal has a time that can be, and says what the clock said.
  CHECK(last_line()["time"] == "2026-11-28T11:06:40Z");
  CHECK(last_line()["clock"] == "2026-11-28T11:06:34Z");
  const auto status = ask({{"type", "status"}});
  REQUIRE(status.ok());
  CHECK(status->body["clock"]["floor"] == "2026-11-28T11:06:40Z");
  CHECK(status->body["warnings"].back()["subject"] == "clock");
  now += 6;
  CHECK(sign().ok());
}

TEST_CASE_METHOD(Clock, "clock: a few seconds behind is waited for, and no time goes back") {
  now += kDay;
  REQUIRE(sign().ok());
  const int64_t then = floor();
  now -= 5;
  seconds_a_look = 1;
  must_accept(deb_release("2.0-1"));
  CHECK(floor() >= then);
  CHECK(last_line()["time"] >= format_utc(then));
}

TEST_CASE_METHOD(Clock,
                 "clock: one that goes back within a request takes no line of the log along") {
  seconds_a_look = -1;
  const int64_t then = floor();
  now = then + 3;  // is behind once the request is judged
  const auto accepted = accept(deb_release("2.0-1"));
  INFO((accepted.ok() ? "" : accepted.error().message()));
  REQUIRE(accepted.ok());
  CHECK(floor() == then);
  CHECK(last_line()["time"] == format_utc(then));
}

TEST_CASE_METHOD(Clock, "clock: further ahead than the policy allows, also in small refusals") {
  now += 45 * kDay;
  CHECK(sign().ok());
  keys.signatures = 0;
  const int64_t then = floor();
  now += 45 * kDay + 1;
  check_refused(*this, sign(), "clock-did-not-jump", "more than 45 days after");
  // What is refused does not move the floor, or refusals would lead it anywhere.
  CHECK(floor() == then);
  CHECK_FALSE(ask({{"type", "no such request"}}).ok());
  CHECK(floor() == then);
  CHECK(last_line()["time"] == format_utc(then));
}

TEST_CASE_METHOD(Clock, "clock: as far as the policy says") {
  now += 45 * kDay + 1;
  check_refused(*this, sign(), "clock-did-not-jump", "");
  SECTION("the next terminal is idle for longer") {
    TestTerminal idle;
    Json policy = Json::parse(idle.policy_text);
    policy["clock_jump_days"] = 400;
    idle.policy_text = policy.dump();
    idle.install();
    idle.now += 400 * kDay;
    idle.must_accept(idle.deb_release());
  }
}

TEST_CASE_METHOD(Clock, "time-jump: ahead, by approval, once") {
  now += 400 * kDay;
  const Json request = jump_request(jump());
  const auto answer = ask(request);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK(floor() == now);
  CHECK(last_line()["kind"] == "time");
  CHECK(last_line()["floor"] == "2026-11-18T11:06:40Z");
  CHECK(last_line()["approvers"] == Json({"alice", "bob"}));
  CHECK(sign().ok());
  keys.signatures = 0;
  check_refused(*this, ask(request), "approval-names-this-jump", "floor: ");
}

TEST_CASE_METHOD(Clock,
                 "time-jump: back, by approval, and a Release signed too early is not the last") {
  now += 40 * kDay;  // wrong, and within what the policy allows
  REQUIRE(sign().ok());
  now -= 39 * kDay;  // set right
  keys.signatures = 0;
  check_refused(*this, sign(), "clock-is-not-behind", "");
  const Json request = jump_request(jump());
  REQUIRE(ask(request).ok());
  CHECK(floor() == now);
  now += 1;
  const auto again = sign();
  INFO((again.ok() ? "" : again.error().message()));
  REQUIRE(again.ok());
  CHECK(again->body["date"] == format_utc(now));
  CHECK(last_line().contains("follows"));
  // The floor that the approval names comes again; the approval does not.
  now += 39 * kDay - 1;
  REQUIRE(refresh().ok());
  now -= 39 * kDay - 1;
  keys.signatures = 0;
  check_refused(*this, ask(request), "approval-is-not-used-up", "was used up");
}

TEST_CASE_METHOD(Clock, "time-jump: back, after a heartbeat that a wrong clock kept going") {
  now += 40 * kDay;
  REQUIRE(sign().ok());
  for (int times = 0; times < 23; ++times) {
    now += 3000;
    REQUIRE(refresh().ok());
  }
  now -= 40 * kDay;
  must_jump();
  now += 1;
  CHECK(refresh().ok());
}

TEST_CASE_METHOD(Clock, "time-jump: approvals that do not count") {
  now += 400 * kDay;
  TimeStatement said = jump();
  std::vector<std::string> people = {"alice", "bob"};
  std::string rule = "approval-names-this-jump";
  SECTION("another floor") { said.floor += 1; }
  SECTION("another terminal") { said.terminal = "t2"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("over") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  SECTION("one person") {
    people = {"carol"};
    rule = "approved-by-enough-people";
  }
  SECTION("one person with two keys") {
    people = {"carol", "carol"};
    rule = "approved-by-enough-people";
  }
  SECTION("the clock is before the approved time") {
    said.time = now + 1;
    rule = "clock-agrees-with-the-approved-time";
  }
  SECTION("the clock is far after the approved time") {
    said.time = now - 45 * kDay - 1;
    rule = "clock-agrees-with-the-approved-time";
  }
  const int64_t then = floor();
  check_refused(*this, ask(jump_request(said, people)), rule, "");
  CHECK(floor() == then);
}

TEST_CASE_METHOD(Clock, "time-jump: an approval of something else") {
  const TestRelease release = deb_release("2.0-1");
  now += 20 * kDay;
  Json request = jump_request(jump());
  request["statement"] = release.statement;
  check_refused(*this, ask(request), "approval-names-this-jump", "action: time-jump");
}

}  // namespace
}  // namespace hallmark::signer_test
