// Contents: signed only as the signer derived it from the packages that it accepted. Each forgery
// is a named refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"
#include "verify/contents_index.hpp"

namespace hallmark::signer_test {
namespace {

const std::string kRule = "contents-are-those-of-the-packages";
const std::string kAmd64 = "main/Contents-amd64";
const std::string kArm64 = "main/Contents-arm64";
const std::string kText = "etc/shared\thm-test,zlib-test\nusr/bin/a b\thm-test\n";

std::string gzip_of(const std::string& text) {
  return test::run_tool("/usr/bin/gzip", {"-nc"}, text);
}

// A suite with two packages, whose Contents policy wants.
class Listing : public TestTerminal {
 public:
  Listing() {
    Json policy = policy_json();
    policy["suites"][0]["contents"] = true;
    policy_text = policy.dump();
    install();
    must_accept(deb_release({first, second}));
  }

  std::map<std::string, std::string> files(const std::string& text) const {
    auto out = indices(stanza_of(first) + stanza_of(second));
    out[kAmd64 + ".gz"] = gzip_of(text);
    out[kArm64 + ".gz"] = gzip_of("");
    return out;
  }
  Json must_sign(const std::map<std::string, std::string>& files) {
    ++now;
    const auto answer = sign_release(files);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body;
  }

  TestPackage first{"hm-test", "1.0-1", "amd64", "libc6", {"usr/bin/a b", "etc/shared"}};
  TestPackage second{"zlib-test", "2.0", "amd64", "libc6", {"etc/shared"}};
};

TEST_CASE_METHOD(Listing, "contents: signed, with the plain index that nobody serves") {
  const Json answer = must_sign(files(kText));
  const auto release = answer["release"].get<std::string>();
  for (const auto& [path, bytes] : std::map<std::string, std::string>{
           {kAmd64, kText}, {kAmd64 + ".gz", gzip_of(kText)}, {kArm64, ""}}) {
    CHECK(release.find(" " + sha256(bytes).hex() + " " + std::to_string(bytes.size()) + " " + path +
                       "\n") != std::string::npos);
  }
  // The heartbeat, and after a restart.
  now += kDay;
  open();
  CHECK(must_answer({{"type", "refresh-apt-release"}, {"suite", "stable"}})["date"] !=
        answer["date"]);
}

TEST_CASE_METHOD(Listing, "contents: a version more, and a release that is called back") {
  must_sign(files(kText));
  const TestPackage next{"hm-test", "1.0-2", "amd64", "libc6", {"usr/bin/a b", "usr/bin/new"}};
  must_accept(deb_release({next}));
  ++now;
  auto changed = indices(stanza_of(first) + stanza_of(next) + stanza_of(second));
  changed[kAmd64 + ".gz"] = gzip_of(kText);
  changed[kArm64 + ".gz"] = gzip_of("");
  keys.signatures = 0;
  check_refused(*this, sign_release(changed), kRule, "usr/bin/new");
  changed[kAmd64 + ".gz"] = gzip_of(kText + "usr/bin/new\thm-test\n");
  must_sign(changed);
  now += kDay;
  must_answer({{"type", "refresh-apt-release"}, {"suite", "stable"}});

  const WithdrawStatement said{"tool",      sha256(policy_text), "1.0-1",
                               kEverySuite, "demo-group",        now + 30 * kDay};
  must_answer(approved(
      {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", kEverySuite}},
      render_statement(said), {"carol"}));
  keys.signatures = 0;
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}),
                "nothing-changed-since-the-release", "Packages");
  changed = indices(stanza_of(next));
  changed[kAmd64 + ".gz"] = gzip_of("usr/bin/a b\thm-test\nusr/bin/new\thm-test\n");
  changed[kArm64 + ".gz"] = gzip_of("");
  must_sign(changed);
}

TEST_CASE_METHOD(Listing, "contents: forgeries") {
  const auto refused_as = [&](const std::string& text, const std::string& words) {
    check_refused(*this, sign_release(files(text)), kRule, words);
  };
  refused_as(kText + "usr/bin/forged\thm-test\n", "usr/bin/forged");
  refused_as("etc/shared\thm-test,zlib-test\n", "usr/bin/a b");
  refused_as("etc/shared\thm-test\nusr/bin/a b\thm-test\n", "where the accepted packages say");
  refused_as("etc/shared\thm-test,zlib-test\nusr/bin/a b\tzlib-test\n", "usr/bin/a b");
  refused_as("", "etc/shared");
  refused_as("usr/bin/a b\thm-test\netc/shared\thm-test,zlib-test\n", "usr/bin/a b");

  const auto refused_bytes = [&](const std::string& form, const std::string& words) {
    auto shown = files(kText);
    shown[kAmd64 + ".gz"] = form;
    check_refused(*this, sign_release(shown), kRule, words);
  };
  refused_bytes(gzip_of(kText) + gzip_of("usr/bin/forged\thm-test\n"), "goes on behind");
  refused_bytes(gzip_of(kText) + gzip_of(""), "goes on behind");
  refused_bytes(gzip_of(kText) + "x", "goes on behind");
  refused_bytes(gzip_of(kText.substr(0, 10)) + gzip_of(kText.substr(10)), "");
  refused_bytes(gzip_of(kText).substr(0, 30), "gzip member");
  std::string named = gzip_of(kText);
  named[3] = 8;  // FNAME: a name follows the header of ten bytes
  named.insert(10, std::string(4000, 'x') + '\0');
  refused_bytes(named, "far larger");
  refused_bytes(kText, "gzip member");
  refused_bytes("", "ends before");
  refused_bytes(gzip_of(std::string(std::size_t{64} << 20U, '\0')), "more than the limit");

  auto other = files(kText);
  std::swap(other[kAmd64 + ".gz"], other[kArm64 + ".gz"]);
  check_refused(*this, sign_release(other), kRule, "");
}

TEST_CASE_METHOD(Listing, "contents: left out, or where no policy wants it") {
  auto shown = files(kText);
  shown.erase(kArm64 + ".gz");
  check_refused(*this, sign_release(shown), "indices-are-exactly-the-suites", kArm64);
  shown = files(kText);
  shown[kAmd64] = kText;
  check_refused(*this, sign_release(shown), "indices-are-exactly-the-suites", kAmd64);
}

TEST_CASE("contents: a policy that says nothing of it") {
  TestTerminal terminal;
  terminal.install();
  terminal.must_accept(terminal.deb_release());
  auto shown = terminal.indices(stanza_of({}));
  shown[kAmd64 + ".gz"] = gzip_of("");
  check_refused(terminal, terminal.sign_release(shown), "indices-are-exactly-the-suites", kAmd64);
}

const TestPackage kTool{"hm-test", "1.0-1", "amd64", "libc6", {"usr/bin/tool"}};

TEST_CASE("contents: switched on later, and off again") {
  TestTerminal terminal;
  terminal.install();
  terminal.must_accept(terminal.deb_release({kTool}));
  const auto without = terminal.indices(stanza_of(kTool));
  auto with = without;
  with[kAmd64 + ".gz"] = gzip_of("usr/bin/tool\thm-test\n");
  with[kArm64 + ".gz"] = gzip_of("");
  Json policy = Json::parse(terminal.policy_text);
  for (const bool wanted : {true, false}) {
    policy["suites"][0]["contents"] = wanted;
    terminal.change_policy(policy);
    terminal.now += 60;
    terminal.keys.signatures = 0;
    check_refused(terminal, terminal.sign_release(wanted ? without : with),
                  "indices-are-exactly-the-suites", "main/Contents");
    CHECK(terminal.sign_release(wanted ? with : without).ok());
  }
}

TEST_CASE("contents: the state forgets the shards of what the policy has no longer") {
  TestTerminal terminal;
  Json policy = terminal.policy_json();
  policy["suites"][0]["contents"] = true;
  terminal.policy_text = policy.dump();
  terminal.install();
  terminal.must_accept(terminal.deb_release({kTool}));
  const IndexPlace place{"stable", "main", "amd64"};
  const auto shards = [&] {
    int count = 0;
    REQUIRE(terminal.state
                ->each_contents_form(place,
                                     [&](std::string_view) {
                                       ++count;
                                       return ok_status();
                                     })
                .ok());
    return count;
  };
  REQUIRE(terminal.state->update_contents_of(place).ok());
  CHECK(shards() == 1);
  policy["label"] = "Another demo";
  terminal.change_policy(policy);
  CHECK(shards() == 1);
  policy["suites"][0]["contents"] = false;
  terminal.change_policy(policy);
  CHECK(shards() == 0);
  REQUIRE(terminal.state->update_contents_of(place).ok());
  CHECK(shards() == 1);
}

// As the signer would have it.
std::string listing_of(const TestTerminal& terminal, const std::string& suite) {
  const IndexPlace place{suite, "main", "amd64"};
  REQUIRE(terminal.state->update_contents_of(place).ok());
  std::string text;
  const Status read =
      terminal.state->each_contents_form(place, [&](std::string_view form) -> Status {
        HALLMARK_TRY(const std::string shard, contents_text(form));
        text += shard;
        return ok_status();
      });
  REQUIRE(read.ok());
  return text;
}

TEST_CASE("contents: of the suite that a package was promoted to, until it is withdrawn there") {
  TestTerminal terminal;
  Json policy = terminal.policy_json();
  policy["suites"].push_back(policy["suites"][0]);
  policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "lts";
  terminal.policy_text = policy.dump();
  terminal.install();
  const TestRelease release = terminal.deb_release({kTool});
  terminal.must_accept(release);
  PromoteStatement said;
  said.product = "tool";
  said.product_sha256 = sha256(release.product);
  said.policy_sha256 = sha256(terminal.policy_text);
  said.version = "1.0-1";
  said.files = {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}};
  said.from = "stable";
  said.to = "lts";
  said.terminal_group = "demo-group";
  said.expires = terminal.now + kDay;
  CHECK(listing_of(terminal, "lts").empty());
  terminal.must_answer(terminal.approved({{"type", "promote"},
                                          {"product", release.product},
                                          {"version", "1.0-1"},
                                          {"from", "stable"},
                                          {"to", "lts"}},
                                         render_statement(said), {"alice", "bob"}));
  CHECK(listing_of(terminal, "lts") == "usr/bin/tool\thm-test\n");

  const WithdrawStatement back{"tool",       sha256(terminal.policy_text), "1.0-1", "lts",
                               "demo-group", terminal.now + kDay};
  terminal.must_answer(terminal.approved(
      {{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", "lts"}},
      render_statement(back), {"alice"}));
  CHECK(listing_of(terminal, "lts").empty());
  CHECK(listing_of(terminal, "stable") == "usr/bin/tool\thm-test\n");
}

TEST_CASE_METHOD(Siblings, "contents: of a package that another terminal accepted") {
  const TestRelease release = t1.deb_release({kTool});
  release_is_served(release);
  accept_at(t1, release);
  REQUIRE(sync(t2, t1) == 1);
  CHECK(listing_of(t2, "stable") == "usr/bin/tool\thm-test\n");
}

TEST_CASE_METHOD(Listing, "contents: a package that dpkg would not unpack is not accepted") {
  auto release = deb_release({{"hm-test", "1.0-3", "amd64", "libc6", {"../up"}}});
  check_refused(*this, accept(release), "artefacts-fit-the-recipe", "'..'");
}

}  // namespace
}  // namespace hallmark::signer_test
