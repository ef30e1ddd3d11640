// import-sibling-log: what another terminal's log says is taken in, and a log that is cut, changed,
// forked, another's or from the future is a named refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

TEST_CASE_METHOD(Strangers,
                 "sibling log: it is taken in as far as it goes, and again as it grows") {
  const Json first = must_import(t2, t1);
  CHECK(first == Json{{"terminal", "t1"},
                      {"size", 1},
                      {"new_lines", 1},
                      {"fresh", true},
                      {"published_log", "not compared"}});
  grow(t1);
  grow(t1);
  CHECK(must_import(t2, t1, 1)["new_lines"] == 2);
  grow(t1);
  CHECK(must_import(t2, t1, 0)["new_lines"] == 1);  // with those that are known
  // Nothing is new: no lines need be handed in.
  wait(kDay);
  Json request = import_request(t1, checkpoint(t1), 0);
  request.erase("from");
  CHECK(t2.must_answer(request)["fresh"] == true);
  CHECK(imported_at(t2, t1) == t2.now);
  const Json status = t2.must_answer({{"type", "status"}})["siblings"];
  CHECK(status ==
        Json{{{"terminal", "t1"}, {"size", 4}, {"left", 0}, {"imported", format_utc(t2.now)}}});
}

TEST_CASE_METHOD(Strangers, "sibling log: an older checkpoint is no news") {
  const std::string old = checkpoint(t1);
  grow(t1);
  must_import(t2, t1);
  const int64_t then = imported_at(t2, t1);
  wait(kDay);
  Json request = import_request(t1, old, 0);
  CHECK(t2.must_answer(request)["fresh"] == false);
  CHECK(imported_at(t2, t1) == then);
}

TEST_CASE_METHOD(Strangers, "sibling log: whose it may be") {
  const std::string note = checkpoint(t1);
  Json request = import_request(t1, note, 0);
  std::string rule = "sibling-is-in-the-policy";
  std::string words;
  SECTION("this terminal's own") {
    request = import_request(t2, note_of(t2, tree_of(lines_of(t2))), 0);
    words = "is this one";
  }
  SECTION("a terminal that the policy does not know") {
    request["terminal"] = "t3";
    words = "no log key";
  }
  SECTION("a name that is none") {
    request["terminal"] = "../t1";
    words = "is none";
  }
  SECTION("signed by another key") {
    t1.log_keys.key = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519);
    request["checkpoint"] = note_of(t1, tree_of(lines_of(t1)));
    rule = "sibling-checkpoint-is-signed-by-its-key";
    words = "is none";
  }
  SECTION("of this terminal, under the sibling's name") {
    request["checkpoint"] = note_of(t2, tree_of(lines_of(t2)));
    rule = "sibling-checkpoint-is-signed-by-its-key";
    words = "is none";
  }
  check_refused(t2, t2.ask(request, {batch_of(lines_of(t1))}), rule, words);
}

TEST_CASE_METHOD(Strangers, "sibling log: lines that are not those of the checkpoint") {
  grow(t1);
  grow(t1);
  std::vector<std::string> lines = lines_of(t1);
  const std::string note = checkpoint(t1);
  std::string words = "is not continued";
  std::string batch;
  SECTION("one is changed") {
    lines.at(1).replace(lines.at(1).find("refusal"), 7, "REFUSAL");
    batch = batch_of(lines);
  }
  SECTION("two change places") {
    std::swap(lines.at(1), lines.at(2));
    batch = batch_of(lines);
  }
  SECTION("one is missing") {
    lines.pop_back();
    batch = batch_of(lines);
    words = "ends within an entry";
  }
  SECTION("one too many") {
    lines.push_back(lines.back());
    batch = batch_of(lines);
    words = "after its last entry";
  }
  SECTION("cut within a line") {
    batch = batch_of(lines);
    batch.pop_back();
    words = "ends within an entry";
  }
  SECTION("none") { words = "fewer lines"; }
  check_refused(t2, t2.ask(import_request(t1, note, 0), {batch}),
                "sibling-log-continues-what-was-seen", words);
  // That its key has signed more lines is known from now on.
  const Json status = t2.must_answer({{"type", "status"}})["siblings"].at(0);
  CHECK(status["behind"].get<std::string>().find("has 3 lines") != std::string::npos);
  CHECK_FALSE(t2.ask(import_request(t1, note, 7), {batch_of(lines_of(t1))}).ok());  // a gap
  CHECK(must_import(t2, t1)["size"] == 3);
}

TEST_CASE_METHOD(Strangers, "sibling log: more lines than a checkpoint could be of") {
  MerkleTree tree = tree_of(lines_of(t1));
  tree.size = uint64_t{1} << 60U;
  check_refused(t2, t2.ask(import_request(t1, note_of(t1, tree), 0), {batch_of(lines_of(t1))}),
                "sibling-log-continues-what-was-seen", "fewer lines");
}

TEST_CASE_METHOD(Strangers,
                 "sibling log: two histories that its key signed stand as a contradiction") {
  grow(t1);
  grow(t1);
  must_import(t2, t1);
  std::vector<std::string> other = lines_of(t1);
  other.at(1).replace(other.at(1).find("refusal"), 7, "REFUSAL");
  SECTION("of as many lines") {
    check_refused(t2, import_lines(t2, t1, other), "sibling-log-continues-what-was-seen",
                  "two histories");
  }
  SECTION("of fewer lines") {
    other.pop_back();
    check_refused(t2, import_lines(t2, t1, other), "sibling-log-continues-what-was-seen",
                  "two histories");
  }
  SECTION("of more lines, all of them handed in") {
    other.push_back(other.back());
    check_refused(t2, import_lines(t2, t1, other), "sibling-log-continues-what-was-seen",
                  "two histories");
  }
  const TestRelease release = t1.deb_release();
  t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
  check_refused(t2, t2.accept(release), "no-sibling-contradiction-stands", "two histories");
  check_refused(t2, t2.ask(import_request(t1, checkpoint(t1), 0), {batch_of(lines_of(t1))}),
                "no-sibling-contradiction-stands", "two histories");
  CHECK(t2.must_answer({{"type", "status"}})["siblings"].at(0).contains("contradiction"));
  // What stops something, and what repairs this, goes on.
  checkpoint(t2);
  Json policy = policy_of_both();
  policy["log_keys"].erase(0);
  t2.must_answer(t1.policy_change(t2.policy_text, policy));
  check_refused(t2, t2.accept(release), "approval-names-this-release", "policy");
}

TEST_CASE_METHOD(Strangers, "sibling log: lines that it cannot have written") {
  std::vector<std::string> lines = lines_of(t1);
  Json line = {
      {"sequence", 1}, {"time", format_utc(t1.now)}, {"terminal", "t1"}, {"kind", "refusal"}};
  std::string words;
  SECTION("another number") {
    line["sequence"] = 2U;
    words = "says that it is line 2 of t1";
  }
  SECTION("another terminal") {
    line["terminal"] = "t2";
    words = "says that it is line 1 of t2";
  }
  SECTION("no time") {
    line["time"] = "yesterday";
    words = "'time'";
  }
  SECTION("no kind") {
    line.erase("kind");
    words = "'kind'";
  }
  SECTION("an acceptance that names no request") {
    line["kind"] = "acceptance";
    words = "'request'";
  }
  SECTION("a request that is no digest") {
    line["kind"] = "acceptance";
    line["request"] = "../../etc/passwd";
    words = "'request'";
  }
  SECTION("a number beyond reason") {
    line["kind"] = "acceptance";
    line["request"] = line["policy"] = sha256("x").hex();
    line["number"] = ~uint64_t{0};
    words = "'number'";
  }
  SECTION("adopted from nobody") {
    line["kind"] = "withdrawal";
    line["request"] = line["policy"] = sha256("x").hex();
    line["sibling"] = "a b";
    line["sibling_sequence"] = 1U;
    line["sibling_time"] = format_utc(t1.now);
    words = "whose name is none";
  }
  SECTION("an acceptance of nothing that can be handed in") {
    line["kind"] = "acceptance";
    line["request"] = line["policy"] = sha256("x").hex();
    line["sha256"] = 5;
    words = "'sha256'";
  }
  SECTION("an acceptance whose suite is none") {
    line["kind"] = "acceptance";
    line["request"] = line["policy"] = line["sha256"] = sha256("x").hex();
    line["suite"] = Json::array();
    words = "'suite'";
  }
  SECTION("a Release without a Date") {
    line.update({{"kind", "release"},
                 {"suite", "stable"},
                 {"name", "dists/stable/InRelease"},
                 {"sha256", sha256("x").hex()}});
    words = "'date'";
  }
  lines.push_back(line.dump());
  SECTION("no object") {
    lines.back() = "[]";
    words = "is no object";
  }
  SECTION("no JSON") {
    lines.back() = "{";
    words = "line 1";
  }
  SECTION("nested without end") {
    lines.back() = std::string(1000, '[');
    words = "line 1";
  }
  check_refused(t2, import_lines(t2, t1, lines), "sibling-lines-can-be-read", words);
}

TEST_CASE_METHOD(Strangers, "sibling log: a line from the future") {
  t1.now += 601;
  grow(t1);
  check_refused(t2, import_lines(t2, t1, lines_of(t1)), "sibling-is-not-ahead-of-the-clock",
                "has written a line at");
  t2.now += 1;
  CHECK(import_lines(t2, t1, lines_of(t1)).ok());
}

TEST_CASE_METHOD(Strangers, "sibling log: the time does not go back behind what it has seen") {
  t1.now = t2.now = kNow + 5 * kDay;
  grow(t1);
  must_import(t2, t1);
  t2.now -= 60;
  check_refused(t2, t2.accept(t1.deb_release()), "clock-is-not-behind", "has acted at");
}

TEST_CASE_METHOD(Strangers, "sibling log: a terminal with another log key has another name") {
  must_import(t2, t1);
  Json policy = policy_of_both();
  ssh_test::SoftKey other(ssh_test::SoftKind::kEd25519);
  policy["log_keys"][0]["key"] = SshPublicKey::from_blob(other.public_blob())->openssh();
  t2.must_answer(t1.policy_change(t2.policy_text, policy));
  t1.policy_text = policy.dump();
  t1.log_keys.key = std::move(other);
  check_refused(t2, import_lines(t2, t1, lines_of(t1)), "sibling-keeps-its-log-key",
                "another log key");
}

}  // namespace
}  // namespace hallmark::signer_test
