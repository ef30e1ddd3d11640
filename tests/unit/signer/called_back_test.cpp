// adopt, of what the sibling called back since: no host serves the bytes any more. People's
// approval counts as ever; of the bytes the sibling's line tells, and nothing comes into an index.
#include <catch2/catch_test_macros.hpp>

#include "core/model/import_manifest.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

using source_test::TestSource;

void suite_lts_too(Json& policy) {
  policy["suites"].push_back(policy["suites"][0]);
  policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "lts";
  policy["evidence_levels"] = {{{"suite", "stable"}, {"evidence", "prebuilt"}},
                               {{"suite", "lts"}, {"evidence", "prebuilt"}}};
}

class CalledBack : public Siblings {
 public:
  CalledBack() : Siblings(suite_lts_too) {}

  int64_t later() const { return t1.now + 30 * kDay; }
  Sha256Digest policy() const { return sha256(t1.policy_text); }

  void call_back(const std::string& version, const std::string& suite = kEverySuite) {
    const WithdrawStatement said{"tool", policy(), version, suite, "demo-group", later()};
    t1.must_answer(t1.approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", suite}},
        render_statement(said), {"alice"}));
  }
  void promote(const TestRelease& release) {
    const PromoteStatement said{"tool",
                                sha256(release.product),
                                policy(),
                                "1.0-1",
                                {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}},
                                "stable",
                                "lts",
                                "demo-group",
                                later()};
    t1.must_answer(t1.approved({{"type", "promote"},
                                {"product", release.product},
                                {"version", "1.0-1"},
                                {"from", "stable"},
                                {"to", "lts"}},
                               render_statement(said), {"alice", "bob"}));
  }
  // To so many percent of the machines.
  void roll_out(uint64_t to) {
    const auto now = t1.state->rollout_share({"tool", "1.0-1", "stable"});
    REQUIRE(now.ok());
    const RolloutStatement said{"tool",     policy(), "1.0-1",      "stable", now->after,
                                now->share, to,       "demo-group", later()};
    Json after = Json::array();
    for (const Sha256Digest& statement : said.after) after.push_back(statement.hex());
    t1.must_answer(t1.approved({{"type", "rollout"},
                                {"product", "tool"},
                                {"version", "1.0-1"},
                                {"suite", "stable"},
                                {"after", after},
                                {"from", said.from},
                                {"to", to}},
                               render_statement(said), {"alice", "bob"}));
  }
  // Of two suites, a package for each.
  void import_for_both() {
    ImportManifest manifest{"tool", "1.0-1", {}};
    std::vector<std::string> files;
    for (const char* suite : {"stable", "lts"}) {
      TestPackage package;
      package.name = std::string("hm-") + suite;
      t1.product_packages.insert(package.name);
      files.push_back(deb_bytes(package));
      pool[sha256(files.back()).hex()] = files.back();
      manifest.files.push_back({package.name + "_1.0-1_amd64.deb", files.back().size(),
                                sha256(files.back()), suite, "main"});
    }
    Json product = t1.product_json("deb");
    product["evidence"] = "prebuilt";
    const std::string text = to_json(manifest).dump();
    const ImportStatement said{"tool",       sha256(product.dump()), policy(),     "1.0-1",
                               sha256(text), "lts/main stable/main", "demo-group", later()};
    const auto answer = t1.ask(t1.approved({{"type", "accept-prebuilt"},
                                            {"product", product.dump()},
                                            {"manifest", text},
                                            {"first", 0U}},
                                           render_statement(said), {"alice", "bob"}),
                               files);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
  }
  // What t1's log would be if its signer were in other hands.
  std::vector<std::string> false_lines(const std::function<void(Json& acceptance)>& change) {
    checkpoint(t1);  // publishes its texts
    std::vector<std::string> lines = lines_of(t1);
    for (std::string& line : lines) {
      Json json = Json::parse(line);
      if (json["kind"] != "acceptance") continue;
      change(json);
      line = json.dump();
    }
    return lines;
  }
  // After the host has forgotten everything.
  std::size_t sync_without_files() {
    pool.clear();
    return sync(t2, t1);
  }
  static Json artefacts_of_first(TestTerminal& at) { return work(at).at(0)["artefacts"]; }
  std::vector<FormerPackage> known_at_t2(const TestRelease& release) const {
    const auto known = t2.state->former_packages(sha256(release.artefacts.at(0)), kEverySuite);
    REQUIRE(known.ok());
    return *known;
  }
};

TEST_CASE_METHOD(CalledBack, "called back: a joiner needs no bytes that nobody serves") {
  const TestRelease release = release_at(t1);
  call_back("1.0-1");
  must_import(t2, t1);
  CHECK(artefacts_of_first(t2).empty());
  CHECK(sync_without_files() == 2);
  CHECK(index_of(t2).empty());
  REQUIRE(known_at_t2(release).size() == 1);
  CHECK(known_at_t2(release).at(0).version == "1.0-1");
  const std::string log = t2.log_text();
  CHECK(log.find("\"unread\":true") != std::string::npos);
  CHECK(t1.log_text().find("\"unread\"") == std::string::npos);

  SECTION("it does not come again") {
    t2.root.write("spool/records/" + release.record_hex + ".json", release.record);
    check_refused(t2, t2.accept(release), "release-is-not-withdrawn", "was withdrawn");
  }
  SECTION("no other bytes come under its name") {
    const TestRelease other = t1.release_of("deb", "1.0-1a", {"hm-test_1.0-1_amd64.deb"},
                                            {deb_bytes({"hm-test", "1.0-1", "amd64", "x"})});
    t2.root.write("spool/records/" + other.record_hex + ".json", other.record);
    check_refused(t2, t2.accept(other), "published-packages-keep-their-bytes", "other bytes");
  }
  SECTION("nothing lower comes after it") {
    const TestRelease lower = t1.deb_release("0.9-1");
    t2.root.write("spool/records/" + lower.record_hex + ".json", lower.record);
    check_refused(t2, t2.accept(lower), "versions-are-not-lowered", "is lower than 1.0-1");
  }
  SECTION("what is higher does") {
    const TestRelease higher = t1.deb_release("1.0-2");
    accept_at(t2, higher);
    CHECK_FALSE(index_of(t2).empty());
  }
}

TEST_CASE_METHOD(CalledBack, "called back: what is not, is read") {
  const TestRelease release = release_at(t1);
  SECTION("not at all") {}
  SECTION("not from every suite that it is in") {
    promote(release);
    call_back("1.0-1", "stable");
  }
  must_import(t2, t1);
  CHECK(artefacts_of_first(t2).size() == 1);
  sync(t2, t1);
  CHECK(index_of(t2) == index_of(t1));
  CHECK(index_of(t2, "lts") == index_of(t1, "lts"));
}

TEST_CASE_METHOD(CalledBack, "called back: with a promotion") {
  const TestRelease release = release_at(t1);
  promote(release);
  call_back("1.0-1");
  CHECK(sync_without_files() == 3);
  CHECK(index_of(t2).empty());
  CHECK(index_of(t2, "lts").empty());
  CHECK(known_at_t2(release).size() == 2);
  accept_at(t2, t1.deb_release("2.0-1"));  // nothing is in the way
}

TEST_CASE_METHOD(CalledBack, "called back: while it was being rolled out") {
  const TestRelease release = release_at(t1);
  roll_out(10);
  wait(60);
  roll_out(50);
  call_back("1.0-1");
  CHECK(sync_without_files() == 4);
  CHECK(index_of(t2).empty());
  const auto share = t2.state->rollout_share({"tool", "1.0-1", "stable"});
  REQUIRE(share.ok());
  CHECK(share->share == 50);
  CHECK(t2.must_answer({{"type", "rollouts"}})["rollouts"].empty());
}

TEST_CASE_METHOD(CalledBack, "called back: with its source") {
  const TestSource from;
  const TestRelease release = t1.sourced_release(from);
  accept_at(t1, release);
  call_back("1.0-1");
  CHECK(sync_without_files() == 2);
  const auto sources = t2.state->has_sources("stable", "main");
  REQUIRE(sources.ok());
  CHECK_FALSE(*sources);
  TestSource other;
  other.files.at(0).second = "another upstream";
  other.version = other.file_version = "1.0-2";
  other.files.at(1) = {"tool_1.0-2.debian.tar.xz", "more packaging"};
  const TestRelease next = t1.sourced_release(other, {"hm-test", "1.0-2", "amd64", "libc6"});
  t2.root.write("spool/records/" + next.record_hex + ".json", next.record);
  check_refused(t2, t2.accept(next), "published-sources-keep-their-bytes", "other bytes");
}

TEST_CASE_METHOD(CalledBack, "called back: of an import what one suite has lost") {
  import_for_both();
  call_back("1.0-1", "lts");
  must_import(t2, t1);
  REQUIRE(artefacts_of_first(t2).size() == 1);
  CHECK(artefacts_of_first(t2).at(0)["name"] == "hm-stable_1.0-1_amd64.deb");
  CHECK(sync(t2, t1) == 2);
  CHECK(index_of(t2) == index_of(t1));
  CHECK_FALSE(index_of(t2).empty());
  CHECK(index_of(t2, "lts").empty());
  CHECK(t2.log_text().find("\"path\":\"\"") == std::string::npos);
  accept_at(t2, t1.deb_release("2.0-1"));  // nothing is in the way
}

TEST_CASE_METHOD(CalledBack, "called back: an app that was never signed") {
  const std::string apk = apk_bytes(7);
  const TestRelease release = t1.apk_release("1.0", apk);
  t1.must_accept(release);
  call_back("1.0");
  CHECK(sync_without_files() == 2);
  const TestRelease lower = t1.apk_release("1.1", apk_bytes(6));
  t2.root.write("spool/records/" + lower.record_hex + ".json", lower.record);
  check_refused(t2, t2.accept(lower), "version-code-rises", "has 7 already");
}

TEST_CASE_METHOD(CalledBack, "called back: forgeries") {
  release_at(t1);
  call_back("1.0-1");
  std::vector<std::string> lines;
  std::string rule;
  std::string words;
  SECTION("another file than the record's") {
    lines = false_lines([](Json& line) {
      line.update({{"name", "hm-test_9_amd64.deb"}, {"package_version", "9"}});
    });
    rule = "artefacts-are-those-of-the-record";
    words = "tells of hm-test_9_amd64.deb";
  }
  SECTION("another epoch than the release's") {
    lines = false_lines([](Json& line) {
      line.update({{"version", "999:1.0-1"}, {"package_version", "999:1.0-1"}});
    });
    rule = "artefacts-fit-the-recipe";
    words = "has another epoch";
  }
  SECTION("an app, where the product is packages") {
    lines = false_lines([](Json& line) {
      line.update({{"application", "org.example.app"}, {"version_code", 7U}, {"abis", "any"}});
    });
    rule = "artefacts-fit-the-recipe";
    words = "is no package";
  }
  REQUIRE(import_lines(t2, t1, lines).ok());
  const Json item = work(t2).at(0);
  CHECK(item["artefacts"].empty());
  check_refused(t2, adopt(t2, t1, item), rule, words);
}

TEST_CASE_METHOD(CalledBack, "called back: a line that tells too little, so the bytes are needed") {
  release_at(t1);
  call_back("1.0-1");
  std::vector<std::string> lines;
  SECTION("no names") {
    lines = false_lines([](Json& line) { line.erase("package"); });
  }
  SECTION("names that are not the file's") {
    lines = false_lines([](Json& line) { line["package"] = "openssl"; });
  }
  SECTION("an epoch that the release has not") {
    lines = false_lines([](Json& line) { line["package_version"] = "999:1.0-1"; });
  }
  SECTION("a version that is none") {
    lines = false_lines([](Json& line) { line["package_version"] = "1.0 1"; });
  }
  REQUIRE(import_lines(t2, t1, lines).ok());
  CHECK(artefacts_of_first(t2).size() == 1);
  CHECK_FALSE(t2.ask(adopt_request(work(t2).at(0)), {text_of(t1, work(t2).at(0)["request"])}).ok());
}

TEST_CASE_METHOD(CalledBack, "called back: a file more, or fewer") {
  const TestRelease release = release_at(t1);
  call_back("1.0-1");
  must_import(t2, t1);
  const Json item = work(t2).at(0);
  std::vector<std::string> files = files_for(t1, item);
  files.push_back(release.artefacts.at(0));
  check_refused(t2, t2.ask(adopt_request(item), files), "artefacts-are-those-of-the-record",
                "hands in 2 files");
}

// Whoever has t1's log key writes what is no withdrawal, so that t2 would leave the release out.
class FalselyCalledBack : public CalledBack {
 public:
  FalselyCalledBack() : release(release_at(t1)) {
    checkpoint(t1);
    lines = lines_of(t1);
    acceptance = Json::parse(lines.back());
  }
  // A line more, of the acceptance's file.
  void add_line(const Json& facts) {
    Json line = acceptance;
    line.update({{"sequence", lines.size()}, {"kind", "withdrawal"}});
    line.update(facts);
    lines.push_back(line.dump());
  }
  // t2 takes the release for called back, and what happens next.
  void adopt_unread() {
    REQUIRE(import_lines(t2, t1, lines).ok());
    const Json item = work(t2).at(0);
    CHECK(item["artefacts"].empty());
    const auto answer = adopt(t2, t1, item);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    CHECK(index_of(t2).empty());
  }
  void check_that_nothing_is_signed(const std::string& rule) {
    check_refused(t2, t2.accept(t1.deb_release("2.0-1")), rule, "");
  }
  TestRelease release;
  std::vector<std::string> lines;
  Json acceptance;
};

TEST_CASE_METHOD(FalselyCalledBack, "called back: by a line that nobody approved of") {
  SECTION("which has to be judged") {
    add_line(Json::object());
    adopt_unread();
    CHECK_FALSE(adopt(t2, t1, work(t2).at(0)).ok());
    check_that_nothing_is_signed("sibling-lines-are-adopted");
    return;
  }
  SECTION("which says that it is this terminal's own") {
    add_line({{"sibling", "t2"}, {"sibling_sequence", 0U}, {"sibling_time", acceptance["time"]}});
    adopt_unread();
    CHECK(work(t2).empty());
  }
  check_that_nothing_is_signed("unread-releases-have-left");
  // People settle it.
  const WithdrawStatement said{"tool", policy(), "1.0-1", kEverySuite, "demo-group", later()};
  t2.must_answer(t1.approved(
      {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", kEverySuite}},
      render_statement(said), {"alice"}));
  const TestRelease higher = t1.deb_release("2.0-1");
  accept_at(t2, higher);
}

TEST_CASE_METHOD(FalselyCalledBack, "called back: by the request of another withdrawal") {
  const TestRelease older = t1.deb_release("1.0-2");
  release_is_served(older);
  accept_at(t1, older);
  call_back("1.0-2");
  checkpoint(t1);
  lines = lines_of(t1);
  const Json withdrawal = Json::parse(lines.back());
  add_line({{"request", withdrawal["request"]}, {"version", "1.0-2"}});
  adopt_unread();
  for (Json left = work(t2); !left.empty(); left = work(t2)) {
    REQUIRE(adopt(t2, t1, left.at(0)).ok());
  }
  check_that_nothing_is_signed("unread-releases-have-left");
}

TEST_CASE_METHOD(FalselyCalledBack, "called back: what another terminal accepted too is read") {
  accept_at(t2, release);
  add_line({{"sibling", "t3"}, {"sibling_sequence", 0U}, {"sibling_time", acceptance["time"]}});
  TestTerminal t3;
  t3.terminal_name = "t3";
  Json both = policy_of_both();
  both["log_keys"].push_back({{"terminal", "t3"}, {"key", t3.log_keys.public_key().openssh()}});
  t3.policy_text = both.dump();
  t3.install();
  must_import(t3, t2);
  REQUIRE(import_lines(t3, t1, lines).ok());
  std::size_t of_t1 = 0;
  for (const Json& item : work(t3)) {
    if (item["terminal"] != "t1") continue;
    ++of_t1;
    CHECK(item["artefacts"].size() == 1);
  }
  CHECK(of_t1 == 1);
}

// The record is the hostile terminal's own word: it names the bytes of a release that stands.
class StolenDigest : public CalledBack {
 public:
  StolenDigest() : standing(t1.deb_release("1.0-1")), forged(t1.deb_release("1.0-2")) {
    Json record = Json::parse(forged.record);
    record["artefacts"][0]["sha256"] = sha256(standing.artefacts.at(0)).hex();
    record["artefacts"][0]["size"] = standing.artefacts.at(0).size();
    Json body = TestTerminal::accept_request(forged);
    body["record_text"] = record.dump();
    body["record"] = sha256(record.dump()).hex();
    kept = *canonical_dump(body);
    checkpoint(t1);
    lines = lines_of(t1);
    add_line("acceptance");
    add_line("withdrawal");
  }
  void add_line(const std::string& kind) {
    Json line = {{"sequence", lines.size()},
                 {"time", format_utc(t1.now)},
                 {"terminal", "t1"},
                 {"kind", kind},
                 {"name", "hm-test_1.0-2_amd64.deb"},
                 {"package", "hm-test"},
                 {"package_version", "1.0-2"},
                 {"architecture", "amd64"},
                 {"product", "tool"},
                 {"version", "1.0-2"},
                 {"suite", "stable"},
                 {"component", "main"},
                 {"sha256", sha256(standing.artefacts.at(0)).hex()},
                 {"request", sha256(kept).hex()},
                 {"policy", policy().hex()}};
    if (kind == "withdrawal") {
      line.update({{"sibling", "t2"}, {"sibling_sequence", 0U}, {"sibling_time", line["time"]}});
    }
    lines.push_back(line.dump());
  }
  TestRelease standing;
  TestRelease forged;
  std::string kept;
  std::vector<std::string> lines;
};

TEST_CASE_METHOD(StolenDigest, "called back: a file that has the bytes of a release that stands") {
  accept_at(t2, standing);
  const std::string before = index_of(t2);
  CHECK_FALSE(before.empty());
  REQUIRE(import_lines(t2, t1, lines).ok());
  const Json item = work(t2).at(0);
  REQUIRE(item["artefacts"].empty());
  check_refused(t2, t2.ask(adopt_request(item), {kept}), "artefacts-were-not-withdrawn",
                "has the bytes of tool 1.0-1");
  CHECK(index_of(t2) == before);
}

TEST_CASE_METHOD(StolenDigest, "called back: the bytes of a release that comes afterwards") {
  REQUIRE(import_lines(t2, t1, lines).ok());
  const auto told = t2.ask(adopt_request(work(t2).at(0)), {kept});
  INFO((told.ok() ? "" : told.error().message()));
  REQUIRE(told.ok());
  const WithdrawStatement said{"tool", policy(), "1.0-2", kEverySuite, "demo-group", later()};
  t2.must_answer(t1.approved(
      {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-2"}, {"suite", kEverySuite}},
      render_statement(said), {"alice"}));
  t2.root.write("spool/records/" + standing.record_hex + ".json", standing.record);
  check_refused(t2, t2.accept(standing), "artefacts-were-not-withdrawn", "told of by a log alone");
}

TEST_CASE_METHOD(CalledBack,
                 "called back: one of two packages, by a log without the other's line") {
  t1.product_packages.insert("hm-other");
  const TestRelease two =
      t1.deb_release(std::vector<TestPackage>{{}, {"hm-other", "1.0-1", "amd64", "libc6"}});
  accept_at(t1, two);
  checkpoint(t1);
  std::vector<std::string> lines = lines_of(t1);
  lines.pop_back();
  Json line = Json::parse(lines.back());
  line.update({{"sequence", lines.size()}, {"kind", "withdrawal"}});
  lines.push_back(line.dump());
  REQUIRE(import_lines(t2, t1, lines).ok());
  const Json item = work(t2).at(0);
  check_refused(t2,
                t2.ask(adopt_request(item), {text_of(t1, item["request"]), two.artefacts.at(1)}),
                "artefacts-are-those-of-the-record", "fewer lines of the log");
}

}  // namespace
}  // namespace hallmark::signer_test
