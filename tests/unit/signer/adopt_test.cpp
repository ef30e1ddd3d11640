// adopt: what another terminal accepted comes to count here, by the same rules; what is not exactly
// that is a named refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

TEST_CASE_METHOD(Siblings, "texts: what led to a line is kept, published, and named by it") {
  release_at(t1);
  checkpoint(t1);
  const Json line = last_line(t1);
  CHECK(line["kind"] == "acceptance");
  CHECK(line["path"] == "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb");
  CHECK(line["policy"] == sha256(t1.policy_text).hex());
  CHECK(text_of(t1, line["policy"]) == t1.policy_text);
  const std::string text = text_of(t1, line["request"]);
  CHECK(sha256(text).hex() == line["request"]);
  const Json request = Json::parse(text);
  CHECK(request["type"] == "accept-build");
  CHECK(sha256(request["record_text"].get<std::string>()).hex() == request["record"]);
  // One that was lost or torn is written again.
  t1.root.write("public/log/t1/texts/" + line["request"].get<std::string>(), "x");
  checkpoint(t1);
  CHECK(text_of(t1, line["request"]) == text);
}

TEST_CASE_METHOD(Siblings, "texts: what strangers add to a request is not kept") {
  const TestRelease release = t1.deb_release();
  Json request = TestTerminal::accept_request(release);
  request["more"] = std::string(1000, 'x');
  request["record_text"] = "forged";
  request["signatures"][0]["more"] = Json::array({1, 2, 3});
  REQUIRE(t1.ask(request, release.artefacts).ok());
  checkpoint(t1);
  const Json kept = Json::parse(text_of(t1, last_line(t1)["request"]));
  CHECK_FALSE(kept.contains("more"));
  CHECK(kept["record_text"] == release.record);
  CHECK(kept["signatures"] == TestTerminal::accept_request(release)["signatures"]);
}

TEST_CASE_METHOD(Siblings, "texts: what is too large to be published leads to no line") {
  const TestRelease release = t1.deb_release();
  Json request = TestTerminal::accept_request(release);
  request["signatures"].push_back(
      {{"approver", "carol"}, {"signature", std::string(std::size_t{25} << 20U, 'x')}});
  check_refused(t1, t1.ask(request, release.artefacts), "what-led-to-a-line-can-be-published",
                "is too large to be kept");
  CHECK(index_of(t1).empty());
}

TEST_CASE_METHOD(Siblings, "adopt: the sibling's package is in this terminal's index, once") {
  release_at(t1);
  wait(60);
  must_import(t2, t1);
  const Json items = work(t2);
  REQUIRE(items.size() == 1);
  const Json& item = items.at(0);
  CHECK(item["terminal"] == "t1");
  CHECK(item["sequence"] == 1);
  CHECK(item["lines"] == 1);
  CHECK(item["kind"] == "acceptance");
  CHECK(item["product"] == "tool");
  CHECK(item["approvers"] == Json{"alice", "bob"});
  CHECK_FALSE(item.contains("policy"));
  CHECK(item["artefacts"].at(0)["path"] == "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb");
  const auto answer = adopt(t2, t1, item);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK(answer->body["already"] == false);
  CHECK(answer->body["answer"]["accepted"].at(0)["name"] == "hm-test_1.0-1_amd64.deb");
  CHECK(index_of(t2) == index_of(t1));
  CHECK(work(t2).empty());
  const Json line = last_line(t2);
  CHECK(line["sibling"] == "t1");
  CHECK(line["sibling_sequence"] == 1);
  CHECK(line["sibling_time"] == format_utc(t1.now - 60));
  CHECK(line["time"] == format_utc(t2.now));
  CHECK(line["request"] == last_line(t1)["request"]);
  // Nothing comes back.
  checkpoint(t2);
  must_import(t1, t2);
  CHECK(work(t1).empty());
  CHECK(t1.accept(t1.deb_release("2.0-1")).ok());
}

TEST_CASE_METHOD(Siblings, "adopt: judged as of then, an approval may be over since") {
  release_at(t1);
  t1.now = t2.now = kNow + 40 * kDay;
  CHECK(sync(t2, t1) == 1);
  CHECK(index_of(t2) == index_of(t1));
}

TEST_CASE_METHOD(Siblings, "adopt: an approval that a sibling used is used up") {
  const TestRelease release = release_at(t1);
  sync(t2, t1);
  TestRelease other = release;
  TestPackage package;
  package.depends = "libc6, evil";
  other.artefacts = {deb_bytes(package)};
  t2.put_record(other, TestTerminal::record_json(other, "1.0-1", {"hm-test_1.0-1_amd64.deb"}));
  must_import(t2, t1);
  check_refused(t2, t2.accept(other), "approval-is-not-used-up", "was used up");
}

TEST_CASE_METHOD(Siblings, "adopt: what both accepted needs no files, and leads to no line") {
  const TestRelease release = release_at(t1);
  accept_at(t2, release);  // which has not heard of it
  must_import(t2, t1);
  const std::string log = t2.log_text();
  const Json item = work(t2).at(0);
  CHECK(item["artefacts"].empty());
  const auto answer = adopt(t2, t1, item);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK(answer->body["already"] == true);
  CHECK(t2.log_text() == log);
  CHECK(work(t2).empty());
}

TEST_CASE_METHOD(Siblings,
                 "adopt: an approval that was used at both, for other bytes, stops both") {
  const TestRelease release = release_at(t1);
  TestRelease other = release;
  TestPackage package;
  package.depends = "libc6, evil";
  other.artefacts = {deb_bytes(package)};
  t2.put_record(other, TestTerminal::record_json(other, "1.0-1", {"hm-test_1.0-1_amd64.deb"}));
  REQUIRE(t2.accept(other).ok());
  must_import(t2, t1);
  check_refused(t2, adopt(t2, t1, work(t2).at(0)), "approval-is-not-used-up", "was used up");
  check_refused(t2, t2.accept(other), "sibling-lines-are-adopted", "was not judged here yet");
}

TEST_CASE_METHOD(Siblings, "adopt: a version that is lower only since is not lowered") {
  wait(60);
  const TestRelease older = release_at(t1);
  wait(60);
  const TestRelease newer = t1.deb_release("2.0-1");
  release_is_served(newer);
  accept_at(t2, newer);
  CHECK(sync(t2, t1) == 1);
  CHECK(sync(t1, t2) == 1);
  CHECK(index_of(t1) == index_of(t2));
  check_refused(t1, t1.accept(t1.deb_release("1.5-1")), "versions-are-not-lowered",
                "is lower than 2.0-1");
}

TEST_CASE_METHOD(Siblings, "adopt: forgeries") {
  release_at(t1);
  must_import(t2, t1);
  const Json item = work(t2).at(0);
  Json request = adopt_request(item);
  std::vector<std::string> files = files_for(t1, item);
  std::string rule;
  std::string words;
  SECTION("another request") {
    Json other = Json::parse(files.at(0));
    other["signatures"] = Json::array();
    files.at(0) = other.dump();
    rule = "request-is-the-lines";
    words = "has SHA-256";
  }
  SECTION("other bytes") {
    files.at(1) += "x";
    rule = "artefacts-are-those-of-the-record";
    words = "line 1 of t1's log";
  }
  SECTION("other bytes of the same size") {
    files.at(1).back() ^= 1;
    rule = "artefacts-are-those-of-the-record";
    words = "has SHA-256";
  }
  SECTION("no bytes") {
    files.pop_back();
    rule = "artefacts-are-those-of-the-record";
    words = "hands in 0";
  }
  SECTION("another line") {
    request["sequence"] = 0U;
    rule = "line-is-known-and-next";
    words = "is not the next";
  }
  SECTION("a line that is not known") {
    request["sequence"] = 99U;
    rule = "line-is-known-and-next";
    words = "is not the next";
  }
  SECTION("of this terminal") {
    request["terminal"] = "t2";
    rule = "sibling-is-in-the-policy";
    words = "no other terminal";
  }
  SECTION("of an unknown terminal") {
    request["terminal"] = "t3";
    rule = "sibling-is-in-the-policy";
    words = "no other terminal";
  }
  check_refused(t2, t2.ask(request, files), rule, words);
  CHECK(index_of(t2).empty());
  CHECK(work(t2).size() == 1);
}

TEST_CASE_METHOD(Siblings, "adopt: in the order of the log") {
  release_at(t1);
  wait(60);
  release_at(t1, "1.0-2");
  must_import(t2, t1);
  const Json items = work(t2);
  REQUIRE(items.size() == 2);
  check_refused(t2, adopt(t2, t1, items.at(1)), "line-is-known-and-next", "which is line 1");
  REQUIRE(adopt(t2, t1, items.at(0)).ok());
  REQUIRE(adopt(t2, t1, items.at(1)).ok());
  check_refused(t2, adopt(t2, t1, items.at(1)), "line-is-known-and-next", "is not to be judged");
}

TEST_CASE_METHOD(Siblings, "adopt: the rules of the request hold for what a sibling says, too") {
  // A sibling whose signer is not to be trusted says that it accepted something.
  const TestRelease release = t1.deb_release();
  release_is_served(release);
  Json kept = TestTerminal::accept_request(release);
  kept["record_text"] = release.record;
  std::string rule;
  SECTION("with one approval") {
    kept["signatures"].erase(0);
    rule = "approved-by-enough-people";
  }
  SECTION("with an approval that was over") {
    t1.now = t2.now = kNow + 31 * kDay;
    rule = "approval-is-in-force";
  }
  SECTION("with another record") {
    Json record = Json::parse(release.record);
    record["evidence"] = "built";
    kept["record_text"] = *canonical_dump(record);
    rule = "record-is-from-the-builder";
  }
  SECTION("with less evidence") {
    Json record = Json::parse(release.record);
    record["evidence"] = "built";
    kept["record_text"] = *canonical_dump(record);
    kept["record"] = sha256(kept["record_text"].get<std::string>()).hex();
    rule = "evidence-reaches-the-policy";
  }
  const std::string text = *canonical_dump(kept);
  std::vector<std::string> lines = lines_of(t1);
  lines.push_back(Json{{"sequence", 1U},
                       {"time", format_utc(t1.now)},
                       {"terminal", "t1"},
                       {"kind", "acceptance"},
                       {"name", "hm-test_1.0-1_amd64.deb"},
                       {"sha256", sha256(release.artefacts.at(0)).hex()},
                       {"request", sha256(text).hex()},
                       {"policy", sha256(t1.policy_text).hex()}}
                      .dump());
  REQUIRE(import_lines(t2, t1, lines).ok());
  check_refused(t2, t2.ask(adopt_request(work(t2).at(0)), {text, release.artefacts.at(0)}), rule,
                "line 1 of t1's log");
  CHECK(index_of(t2).empty());
}

TEST_CASE_METHOD(Siblings, "adopt: a line names a request of another kind, or another policy") {
  const TestRelease release = release_at(t1);
  checkpoint(t1);
  std::vector<std::string> lines = lines_of(t1);
  Json line = Json::parse(lines.back());
  std::string rule;
  std::string words;
  const std::string text = text_of(t1, line["request"]);
  std::vector<std::string> files = {text, release.artefacts.at(0)};
  Json request = {{"type", "adopt"}, {"terminal", "t1"}, {"sequence", 1U}};
  SECTION("kind") {
    line["kind"] = "withdrawal";
    rule = "request-is-the-lines";
    words = "leads to no such line";
  }
  SECTION("policy") {
    line["policy"] = sha256("lax").hex();
    files.insert(files.begin() + 1, "lax");
    request["policy"] = true;
    rule = "policy-is-the-lines";
    words = "another policy than the log before it";
  }
  SECTION("a policy that its log says came into force, and never did here") {
    Json lax = Json::parse(t1.policy_text);
    lax["threshold"] = 1;
    Json change = line;
    change.update({{"kind", "policy"}, {"sha256", sha256(lax.dump()).hex()}});
    lines.back() = change.dump();
    line["policy"] = sha256(lax.dump()).hex();
    line["sequence"] = 2U;
    lines.push_back("");
    files.insert(files.begin() + 1, lax.dump());
    request["policy"] = true;
    rule = "request-is-the-lines";  // of the change, which comes first
    words = "leads to no such line";
  }
  lines.back() = line.dump();
  REQUIRE(import_lines(t2, t1, lines).ok());
  check_refused(t2, t2.ask(request, files), rule, words);
}

TEST_CASE_METHOD(Strangers, "siblings: nothing is signed until their logs were read, and adopted") {
  const TestRelease release = t1.deb_release();
  t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
  check_refused(t2, t2.accept(release), "sibling-logs-are-fresh", "was never read here");
  must_import(t2, t1);
  REQUIRE(t2.accept(release).ok());
  t1.now = t2.now = kNow + 7 * kDay;
  CHECK(t2.accept(release).ok());
  t1.now = t2.now = kNow + 7 * kDay + 1;
  check_refused(t2, t2.accept(release), "sibling-logs-are-fresh", "the policy allows 7 days");
  must_import(t1, t2);
  CHECK(t1.must_answer({{"type", "sibling-work"}})["siblings"].at(0)["left"] == 1);
  check_refused(t1, t1.accept(t1.deb_release("2.0-1")), "sibling-lines-are-adopted",
                "line 2 of the release log of terminal t2");
  checkpoint(t2);
  release_is_served(release);
  REQUIRE(adopt(t1, t2, work(t1).at(0)).ok());
  REQUIRE(t1.accept(t1.deb_release("2.0-1")).ok());
}

TEST_CASE_METHOD(Siblings, "siblings: a checkpoint is known whose lines nobody has") {
  must_import(t2, t1);
  const std::vector<std::string> then = lines_of(t1);
  grow(t1);
  const std::string newer = checkpoint(t1);
  CHECK_FALSE(t2.ask(import_request(t1, newer, 0), {batch_of(then)}).ok());
  Json old = import_request(t1, note_of(t1, tree_of(then)), 0);
  CHECK(t2.must_answer(old)["fresh"] == false);
  check_refused(t2, t2.accept(t1.deb_release()), "sibling-lines-are-adopted", "has 2 lines");
  must_import(t2, t1);
  const TestRelease release = t1.deb_release();
  t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
  CHECK(t2.accept(release).ok());
}

TEST_CASE_METHOD(Siblings, "adopt: a withdrawal, and what was accepted after it elsewhere") {
  const TestRelease release = release_at(t1);
  sync(t2, t1);
  const WithdrawStatement said{"tool", sha256(t1.policy_text), "1.0-1",
                               "*",    "demo-group",           t1.now + 30 * kDay};
  t1.must_answer(
      t1.approved({{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", "*"}},
                  render_statement(said), {"alice"}));
  CHECK(index_of(t1).empty());
  CHECK(sync(t2, t1) == 1);
  CHECK(index_of(t2).empty());
  t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
  check_refused(t2, t2.accept(release), "release-is-not-withdrawn", "was withdrawn");
}

TEST_CASE_METHOD(Siblings, "adopt: a change of the policy") {
  Json policy = policy_of_both();
  policy["threshold"] = 3;
  const std::string before = t1.policy_text;
  const Json change = t1.policy_change(before, policy);
  t1.must_answer(change);
  SECTION("it comes into force here") {
    CHECK(sync(t2, t1) == 1);
    const auto policy_there = t2.state->policy();
    CHECK((*policy_there)->sha256 == sha256(policy.dump()));
  }
  SECTION("it was made here too") {
    must_import(t2, t1);
    CHECK(work(t2).size() == 1);
    t2.must_answer(change);
    CHECK(sync(t2, t1) == 0);
  }
  SECTION("another is in force here") {
    policy["threshold"] = 1;
    t2.must_answer(t1.policy_change(before, policy));
    must_import(t2, t1);
    check_refused(t2, adopt(t2, t1, work(t2).at(0)), "policy-is-the-lines",
                  "another is in force here");
  }
}

// A terminal whose first policy is not its group's first.
class Enrolled : public Siblings {
 public:
  Enrolled() {
    t3.terminal_name = "t3";
    const TestRelease release = release_at_first();
    Json policy = policy_of_both();
    policy["log_keys"].push_back({{"terminal", "t3"}, {"key", t3.log_keys.public_key().openssh()}});
    const std::string before = t1.policy_text;
    t1.must_answer(t1.policy_change(before, policy));
    t1.policy_text = t3.policy_text = policy.dump();
    t3.install();
    sync(t2, t1);
    t2.policy_text = policy.dump();
  }
  TestRelease release_at_first() {
    sync(t1, t2);
    TestRelease release = release_at(t1);
    return release;
  }
  TestTerminal t3;
};

TEST_CASE_METHOD(Enrolled, "enrolled: history from before is judged by the policy of then") {
  must_import(t3, t1);
  const Json item = work(t3).at(0);
  CHECK(item.contains("policy"));
  Json request = adopt_request(item);
  const std::vector<std::string> files = files_for(t1, item);
  check_refused(t3, t3.ask(request, {files.at(0), "{}", files.at(2)}), "policy-is-the-lines",
                "has SHA-256");
  CHECK(sync(t3, t1) == 1);
  CHECK(index_of(t3) == index_of(t1));
  // What its own lines name is there for everybody, too.
  checkpoint(t3);
  const std::string policy = item["policy"];
  CHECK(sha256(text_of(t3, policy)).hex() == policy);
  // t2's log has the same from t1, and its change of the policy.
  CHECK(sync(t3, t2) == 0);
  const TestRelease release = t1.deb_release("2.0-1");
  t3.root.write("spool/records/" + release.record_hex + ".json", release.record);
  t3.must_accept(release);
}

TEST_CASE_METHOD(Enrolled, "enrolled: the others wait for its first log, but not for ever") {
  must_import(t1, t2);
  CHECK(t1.accept(t1.deb_release("2.0-1")).ok());
  wait(7 * kDay + 1);
  must_import(t1, t2);
  check_refused(t1, t1.accept(t1.deb_release("3.0-1")), "sibling-logs-are-fresh",
                "terminal t3: was never read here");
  t3.now = t1.now;
  must_import(t1, t3);
  CHECK(t1.accept(t1.deb_release("3.0-1")).ok());
}

TEST_CASE_METHOD(Enrolled, "enrolled: a copy waits for the line itself") {
  must_import(t3, t2);
  CHECK(work(t3).empty());
  check_refused(t3, t3.ask({{"type", "adopt"}, {"terminal", "t2"}, {"sequence", 1U}}, {"{}"}),
                "line-is-known-and-next", "not before another terminal's");
  must_import(t3, t1);
  CHECK(work(t3).size() == 1);
}

TEST_CASE_METHOD(Enrolled, "enrolled: what a terminal that is gone accepted comes from a sibling") {
  // t1 is retired: the policy drops its log key, and nobody serves its log.
  Json policy = Json::parse(t2.policy_text);
  policy["log_keys"].erase(0);
  PolicyStatement said{sha256(t2.policy_text), sha256(policy.dump()), "demo-group",
                       t2.now + 30 * kDay};
  const Json change = t1.approved({{"type", "change-policy"},
                                   {"policy", policy.dump()},
                                   {"openpgp_keys", Json::array()},
                                   {"apk_certificates", Json::array()}},
                                  render_statement(said), {"alice", "bob"});
  t2.must_answer(change);
  t3.must_answer(change);
  t2.policy_text = t3.policy_text = policy.dump();
  CHECK(sync(t3, t2) == 1);
  CHECK(index_of(t3) == index_of(t2));
  CHECK(last_line(t3)["sibling"] == "t2");
  CHECK(last_line(t3)["sibling_time"] == format_utc(kNow));
}

}  // namespace
}  // namespace hallmark::signer_test
