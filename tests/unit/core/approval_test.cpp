#include "core/model/approval.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

using namespace hallmark;

TEST_CASE("a statement has exactly one form") {
  ApprovalStatement statement;
  statement.action = "release";
  statement.product = "figlet";
  statement.version = "2.2.5-3";
  statement.suites = "stable/main";
  statement.terminal_group = "demo";
  statement.expires = 1'797'811'200;
  const std::string zeros(64, '0');
  CHECK(render_statement(statement) ==
        "hallmark-approval-v1\naction: release\nproduct: figlet\nproduct-file: sha256:" + zeros +
            "\npolicy: sha256:" + zeros + "\nversion: 2.2.5-3\nlock: sha256:" + zeros +
            "\nsuites: stable/main\nterminal-group: demo\nexpires: 2026-12-21T00:00:00Z\n");
  const auto expiry = statement_expiry(render_statement(statement));
  REQUIRE(expiry.ok());
  CHECK(*expiry == statement.expires);
}

TEST_CASE("the statements of other actions have one form each") {
  const std::string zeros(64, '0');
  const PolicyStatement policy{{}, {}, "demo", 1'797'811'200};
  CHECK(render_statement(policy) == "hallmark-approval-v1\naction: policy\npolicy: sha256:" +
                                        zeros + "\nnew-policy: sha256:" + zeros +
                                        "\nterminal-group: demo\nexpires: 2026-12-21T00:00:00Z\n");
  const WithdrawStatement withdrawal{"figlet", {}, "2.2.5-3", kEverySuite, "demo", 1'797'811'200};
  CHECK(render_statement(withdrawal) ==
        "hallmark-approval-v1\naction: withdraw\nproduct: figlet\npolicy: sha256:" + zeros +
            "\nversion: 2.2.5-3\nsuites: *\nterminal-group: demo\n"
            "expires: 2026-12-21T00:00:00Z\n");
  const TimeStatement jump{{}, "t1", 1'797'811'200, 1'797'811'201, "demo", 1'797'811'202};
  CHECK(render_statement(jump) ==
        "hallmark-approval-v1\naction: time-jump\npolicy: sha256:" + zeros +
            "\nterminal: t1\nfloor: 2026-12-21T00:00:00Z\ntime: 2026-12-21T00:00:01Z\n"
            "terminal-group: demo\nexpires: 2026-12-21T00:00:02Z\n");
}

TEST_CASE("the statements of what goes beyond a release have one form each") {
  const std::string zeros(64, '0');
  const std::string head = "hallmark-approval-v1\naction: ";
  const std::string tail = "\nterminal-group: demo\nexpires: 2026-12-21T00:00:00Z\n";
  const int64_t expires = 1'797'811'200;
  const PromoteStatement promotion{
      "figlet", {}, {}, "1.0", {{"a.deb", {}}, {"b.deb", {}}}, "next", "stable", "demo", expires};
  CHECK(render_statement(promotion) ==
        head + "promote\nproduct: figlet\nproduct-file: sha256:" + zeros +
            "\npolicy: sha256:" + zeros + "\nversion: 1.0\nfile: sha256:" + zeros +
            " a.deb\nfile: sha256:" + zeros + " b.deb\nfrom: next\nto: stable" + tail);
  const ImportStatement import{"figlet", {}, {}, "1.0", {}, "stable/main", "demo", expires};
  CHECK(render_statement(import) ==
        head + "import-prebuilt\nproduct: figlet\nproduct-file: sha256:" + zeros +
            "\npolicy: sha256:" + zeros + "\nversion: 1.0\nmanifest: sha256:" + zeros +
            "\nsuites: stable/main" + tail);
  const LowerVersionStatement version{"figlet", {},    "stable", {"a", "b"}, "2.0",
                                      "1.9",    "why", "demo",   expires};
  CHECK(render_statement(version) ==
        head + "lower-version\nproduct: figlet\npolicy: sha256:" + zeros +
            "\nsuite: stable\npackage: a\npackage: b\nversion-now: 2.0\nversion-wanted: 1.9"
            "\nreason: why" +
            tail);
  const LowerEvidenceStatement evidence{
      "figlet", {}, {"next", "stable"}, Evidence::kBuilt, "alice", expires, "demo", expires};
  CHECK(render_statement(evidence) ==
        head + "lower-evidence\nproduct: figlet\npolicy: sha256:" + zeros +
            "\nsuite: next\nsuite: stable\nevidence: built\nowner: alice"
            "\nuntil: 2026-12-21T00:00:00Z" +
            tail);
  const DissentStatement dissent{"figlet",    {},    "1.0",  "north", {Sha256Digest{}, sha256("x")},
                                 sha256("y"), "why", "demo", expires};
  CHECK(render_statement(dissent) ==
        head + "dissent\nproduct: figlet\npolicy: sha256:" + zeros +
            "\nversion: 1.0\nrebuilder: north\nattestation: sha256:" + zeros +
            "\nattestation: sha256:" + sha256("x").hex() +
            "\noutcome: sha256:" + sha256("y").hex() + "\nreason: why" + tail);
}

TEST_CASE("people's own words in a statement are one line that shows all of itself") {
  CHECK(is_statement_text("2.2.6 breaks fonts: \u00e9\u00e8"));
  for (const char* bad : {"", "a\nb", "a\tb", "a\rb", "\x1b[2K", "a\u202eb", "\xff"}) {
    INFO(bad);
    CHECK_FALSE(is_statement_text(bad));
  }
  CHECK_FALSE(is_statement_text(std::string(201, 'a')));
}

TEST_CASE("an expiry in any other spelling is refused") {
  for (const char* bad : {"", "2026-12-21", "2026-12-21T00:00:00", "2026-12-21T00:00:00Z ",
                          "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "26-12-21T00:00:00Z",
                          "2026-12-21T00:00:60Z", " 2026-12-21T00:00:00Z"}) {
    INFO(bad);
    CHECK_FALSE(parse_utc(bad).ok());
  }
  CHECK_FALSE(statement_expiry("expires: 2026-12-21T00:00:00Z\n").ok());
  CHECK_FALSE(statement_expiry("a\nexpires: 2026-12-21T00:00:00Z").ok());
}

TEST_CASE("suites are named once, in order") {
  const std::vector<Target> targets = {{"stable", "main", "arm64", "b"},
                                       {"next", "main", "amd64", "b"},
                                       {"stable", "main", "amd64", "b"}};
  CHECK(approval_suites(targets) == "next/main stable/main");
}
