// "keep_versions": what newer versions have taken the place of leaves the suite, on every terminal
// alike, and does not come back.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

using source_test::TestSource;

constexpr uint64_t kKept = 2;

void keep_two(Json& policy) { policy["suites"][0]["keep_versions"] = kKept; }

TestPackage hm_test(const std::string& version, const std::string& architecture = "amd64") {
  return {"hm-test", version, architecture, "libc6"};
}

class Retiring : public TestTerminal {
 public:
  Retiring() {
    Json policy = policy_json();
    keep_two(policy);
    policy_text = policy.dump();
    install();
  }

  void must_sign(const std::map<std::string, std::string>& files) {
    ++now;
    const auto answer = sign_release(files);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
  }
  void accept_versions(const std::vector<std::string>& versions) {
    for (const std::string& version : versions) {
      ++now;
      must_accept(deb_release(version));
    }
  }
  // "1.0-2 1.0-3", of hm-test in an index.
  std::string versions_in(const std::string& architecture = "amd64") {
    std::string out;
    const auto read =
        state->each_stanza({"stable", "main", architecture}, [&](const DerivedStanza& stanza) {
          out += (out.empty() ? "" : " ") + stanza.version;
          return ok_status();
        });
    REQUIRE(read.ok());
    return out;
  }
  Json retired(int64_t after = 0) {
    return must_answer({{"type", "retired-packages"}, {"after", static_cast<uint64_t>(after)}});
  }
  void withdraw(const std::string& version) {
    const WithdrawStatement said{"tool",      sha256(policy_text), version,
                                 kEverySuite, "demo-group",        now + 30 * kDay};
    must_answer(approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", kEverySuite}},
        render_statement(said), {"carol"}));
  }
};

TEST_CASE_METHOD(Retiring, "retire: the newest stay, and no other is signed") {
  accept_versions({"1.0-1", "1.0-2"});
  CHECK(versions_in() == "1.0-1 1.0-2");
  CHECK(retired()["last"] == 0);
  accept_versions({"1.0-10"});
  CHECK(versions_in() == "1.0-2 1.0-10");
  check_refused(*this,
                sign_release(indices(stanza_of(hm_test("1.0-1")) + stanza_of(hm_test("1.0-2")) +
                                     stanza_of(hm_test("1.0-10")))),
                "stanzas-are-those-accepted", "1.0-1");
  must_sign(indices(stanza_of(hm_test("1.0-2")) + stanza_of(hm_test("1.0-10"))));

  const Json told = retired();
  REQUIRE(told["packages"].size() == 1);
  CHECK(told["packages"][0] == Json{{"number", 1},
                                    {"returned", false},
                                    {"suite", "stable"},
                                    {"component", "main"},
                                    {"package", "hm-test"},
                                    {"version", "1.0-1"},
                                    {"architecture", "amd64"},
                                    {"sha256", sha256(deb_bytes(hm_test("1.0-1"))).hex()}});
  CHECK(told["last"] == 1);
  CHECK(retired(1)["packages"].empty());
  CHECK_FALSE(ask({{"type", "retired-packages"}, {"after", -1}}).ok());
}

TEST_CASE_METHOD(Retiring, "retire: what left is known still") {
  const TestRelease first = deb_release("1.0-1");
  must_accept(first);
  accept_versions({"1.0-2", "1.0-3"});
  SECTION("the same release again comes into no index") {
    must_accept(first);
    CHECK(versions_in() == "1.0-2 1.0-3");
  }
  SECTION("no other bytes come under its name") {
    TestPackage forged = hm_test("1.0-1");
    forged.depends = "evil";
    const TestRelease other =
        release_of("deb", "1.0-1a", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes(forged)});
    REQUIRE_FALSE(accept(other).ok());
  }
  SECTION("it can be called back, which brings nothing else back") {
    withdraw("1.0-1");
    CHECK(versions_in() == "1.0-2 1.0-3");
  }
  SECTION("it does not come back for what is called back") {
    withdraw("1.0-3");
    CHECK(versions_in() == "1.0-2");
  }
}

TEST_CASE_METHOD(Retiring,
                 "retire: a lower version that people allowed stays until newer ones come") {
  accept_versions({"1.0-1", "1.0-2", "1.0-3"});
  withdraw("1.0-2");
  withdraw("1.0-3");
  const LowerVersionStatement said{
      "tool",   sha256(policy_text), "stable",     {"hm-test"},    "1.0-3",
      "1.0-1a", "3 eats data",       "demo-group", now + 30 * kDay};
  must_answer(approved({{"type", "allow-lower-version"},
                        {"product", "tool"},
                        {"suite", "stable"},
                        {"packages", {"hm-test"}},
                        {"version_now", "1.0-3"},
                        {"version_wanted", "1.0-1a"},
                        {"reason", "3 eats data"}},
                       render_statement(said), {"alice", "bob"}));
  accept_versions({"1.0-1a"});
  CHECK(versions_in() == "1.0-1a");
  accept_versions({"1.0-4"});
  CHECK(versions_in() == "1.0-1a 1.0-4");
  accept_versions({"1.0-5"});
  CHECK(versions_in() == "1.0-4 1.0-5");
}

TEST_CASE_METHOD(Retiring, "retire: a package for all architectures stays where one has no newer") {
  must_accept(deb_release({hm_test("1.0-1", "all")}));
  accept_versions({"1.0-2", "1.0-3"});
  CHECK(versions_in() == "1.0-1 1.0-2 1.0-3");
  CHECK(versions_in("arm64") == "1.0-1");
  must_accept(deb_release({hm_test("1.0-4", "all")}));
  CHECK(versions_in("arm64") == "1.0-1 1.0-4");
  must_accept(deb_release({hm_test("1.0-5", "all")}));
  CHECK(versions_in() == "1.0-4 1.0-5");
  CHECK(versions_in("arm64") == "1.0-4 1.0-5");
}

TEST_CASE_METHOD(Retiring, "retire: a source leaves with the last of its packages") {
  std::vector<TestSource> sources(3);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string version = "1.0-" + std::to_string(i + 1);
    sources[i].version = sources[i].file_version = version;
    sources[i].files.at(1) = {"tool_" + version + ".debian.tar.xz", "packaging " + version};
    ++now;
    must_accept(sourced_release(sources[i], hm_test(version)));
  }
  std::string versions;
  REQUIRE(state
              ->each_stanza({"stable", "main", kSourceIndex},
                            [&](const DerivedStanza& stanza) {
                              versions += " " + stanza.version;
                              return ok_status();
                            })
              .ok());
  CHECK(versions == " 1.0-2 1.0-3");
  const Json told = retired()["packages"];
  REQUIRE(told.size() == 2);
  CHECK(told[1]["architecture"] == "source");
  CHECK(told[1]["version"] == "1.0-1");
}

TEST_CASE_METHOD(TestTerminal, "retire: each component for itself") {
  Json policy = policy_json();
  keep_two(policy);
  policy["suites"][0]["components"] = {"main", "contrib"};
  policy_text = policy.dump();
  install();
  const auto add = [&](const char* component, const char* version) {
    const DerivedStanza stanza{"hm-test", version, "amd64", sha256(version), "Package: hm-test\n"};
    REQUIRE(state
                ->add_build({sha256(std::string("lock of ") + version),
                             {"stable", component, "amd64", "e"},
                             "tool",
                             version,
                             {},
                             Evidence::kBuilt,
                             Evidence::kBuilt,
                             {},
                             100,
                             {{"hm-test.deb", "deb", stanza.sha256, 1, ""}}},
                            now)
                .ok());
    REQUIRE(state->add_stanza({"stable", component, "amd64"}, stanza).ok());
    REQUIRE(state->retire("stable", {"hm-test"}, 2).ok());
  };
  add("main", "1.0-1");
  add("contrib", "1.0-2");
  add("contrib", "1.0-3");
  CHECK(*state->count_stanzas("stable") == 3);
  add("main", "1.0-4");
  add("main", "1.0-5");
  CHECK(*state->count_stanzas("stable") == 4);
  // The same bytes in both.
  for (const char* version : {"2.0-1", "2.0-2", "2.0-3"}) add("main", version);
  add("contrib", "2.0-1");
  CHECK_FALSE(state->stanza("stable", "main", sha256("2.0-1"))->has_value());
  CHECK(state->stanza("stable", "contrib", sha256("2.0-1"))->has_value());
  add("contrib", "2.0-2");
  for (const char* version : {"2.0-4", "2.0-5"}) add("main", version);
  CHECK(state->stanza("stable", "contrib", sha256("2.0-2"))->has_value());
}

TEST_CASE_METHOD(TestTerminal, "retire: a policy that keeps fewer takes effect at once, for good") {
  install();
  for (const char* version : {"1.0-1", "1.0-2", "1.0-3", "1.0-4"})
    must_accept(deb_release(version));
  const auto policy_of = [this](const Json& keep) {
    Json policy = Json::parse(policy_text);
    policy["suites"][0].erase("keep_versions");
    if (!keep.is_null()) policy["suites"][0]["keep_versions"] = keep;
    policy["withdraw_days"] = policy.value("withdraw_days", 7) + 1;
    return policy;
  };
  const auto count = [this] { return *state->count_stanzas("stable"); };
  change_policy(policy_of(3U));
  CHECK(count() == 3);
  change_policy(policy_of(2U));
  CHECK(count() == 2);
  const auto not_back = [&](const Json& keep) {
    check_refused(*this, ask(policy_change(policy_text, policy_of(keep))),
                  "retired-versions-stay-retired", "keeps 2 version(s)");
  };
  not_back(3U);
  not_back(Json());
  CHECK(count() == 2);
  for (const Json& wrong : {Json(0U), Json(10'001U), Json("2"), Json(-1)}) {
    CHECK_FALSE(ask(policy_change(policy_text, policy_of(wrong))).ok());
  }
}

class RetiringSiblings : public Siblings {
 public:
  RetiringSiblings() : Siblings(keep_two) {}

  TestRelease release(const std::string& version) {
    wait(1);
    TestRelease made = t1.deb_release(version);
    release_is_served(made);
    return made;
  }
  static std::string versions_at(TestTerminal& at, const std::string& architecture = "amd64") {
    std::string out;
    REQUIRE(at.state
                ->each_stanza({"stable", "main", architecture},
                              [&](const DerivedStanza& stanza) {
                                out += " " + stanza.version;
                                return ok_status();
                              })
                .ok());
    return out;
  }
};

TEST_CASE_METHOD(RetiringSiblings, "retire: siblings keep the same, in whatever order they hear") {
  accept_at(t1, release("1.0-1"));
  accept_at(t1, release("1.0-2"));
  SECTION("all of it afterwards") {
    accept_at(t1, release("1.0-3"));
    CHECK(sync(t2, t1) == 3);
  }
  SECTION("the newest is the sibling's own, and came before the others were heard of") {
    accept_at(t2, release("1.0-3"));
    CHECK(versions_at(t2) == " 1.0-3");
    sync(t2, t1);
    sync(t1, t2);
  }
  CHECK(versions_at(t1) == " 1.0-2 1.0-3");
  CHECK(versions_at(t2) == versions_at(t1));
}

TEST_CASE_METHOD(RetiringSiblings,
                 "retire: what two accepted, each by itself, counts from the first time") {
  const TestRelease first = release("1.0-1");
  accept_at(t2, first);
  accept_at(t2, release("1.0-2"));
  accept_at(t2, release("1.0-3"));
  wait(1);
  accept_at(t1, first);
  CHECK(versions_at(t1) == " 1.0-1");
  SECTION("here") { sync(t1, t2); }
  SECTION("and there") {
    sync(t2, t1);
    sync(t1, t2);
  }
  CHECK(versions_at(t1) == " 1.0-2 1.0-3");
  CHECK(versions_at(t2) == versions_at(t1));
  CHECK(work(t1).empty());
}

// One source for two architectures: each terminal accepts what was built for one.
class RetiringSources : public RetiringSiblings {
 public:
  static Json arm64(Json target) {
    target["architecture"] = "arm64";
    target["environment"] = "f";
    return target;
  }
  static TestSource source_of(const std::string& version) {
    TestSource out;
    out.version = out.file_version = version;
    out.files.at(1) = {"tool_" + version + ".debian.tar.xz", "packaging " + version};
    return out;
  }
  // Of the lock that both have.
  TestRelease locked_for_both(const std::string& version) {
    TestRelease out;
    Json product = t1.product_json("deb");
    product["environments"].push_back({{"name", "f"}, {"suite", "bookworm"}});
    product["targets"].push_back(arm64(t1.target()));
    out.product = product.dump();
    Json lock = t1.lock_json(out.product, version);
    lock["environments"].push_back(lock["environments"][0]);
    lock["environments"].back()["name"] = "f";
    lock["environments"].back()["architecture"] = "arm64";
    lock["targets"].push_back(arm64(t1.target()));
    out.lock = *canonical_dump(lock);
    t1.approve(out, version);
    return out;
  }
  void accept_build_at(TestTerminal& at, const std::string& version,
                       const std::string& architecture) {
    wait(1);
    t1.source = source_of(version);
    TestRelease build = locked_for_both(version);
    build.artefacts = {deb_bytes(hm_test(version, architecture))};
    Json record =
        t1.record_json(build, version, {"hm-test_" + version + "_" + architecture + ".deb"});
    if (architecture == "arm64") record["target"] = arm64(t1.target());
    t1.put_record(build, record);
    for (const auto& [name, bytes] : t1.source->all()) build.artefacts.push_back(bytes);
    t1.source.reset();
    release_is_served(build);
    accept_at(at, build);
  }
  static std::string sources_at(TestTerminal& at) { return versions_at(at, kSourceIndex); }
  static Json retired(TestTerminal& at, uint64_t after) {
    return at.must_answer({{"type", "retired-packages"}, {"after", after}})["packages"];
  }
};

TEST_CASE_METHOD(RetiringSources, "retire: a source stands again with a package that came late") {
  accept_build_at(t2, "1.0-1", "arm64");
  for (const char* version : {"1.0-1", "1.0-2", "1.0-3"}) accept_build_at(t1, version, "amd64");
  CHECK(sources_at(t1) == " 1.0-2 1.0-3");
  REQUIRE(retired(t1, 0).size() == 2);
  sync(t1, t2);
  CHECK(sources_at(t1) == " 1.0-1 1.0-2 1.0-3");
  Json told = retired(t1, 2);
  REQUIRE(told.size() == 1);
  CHECK(told[0]["number"] == 3);
  CHECK(told[0]["returned"] == true);
  CHECK(told[0]["architecture"] == "source");
  CHECK(told[0]["version"] == "1.0-1");
  sync(t2, t1);
  CHECK(sources_at(t2) == sources_at(t1));

  for (const char* version : {"1.0-4", "1.0-5"}) accept_build_at(t1, version, "arm64");
  CHECK(sources_at(t1) == " 1.0-2 1.0-3 1.0-4 1.0-5");
  told = retired(t1, 3);
  REQUIRE(told.size() == 2);
  CHECK(told[1]["returned"] == false);
  CHECK(told[1]["architecture"] == "source");
}

TEST_CASE_METHOD(RetiringSiblings,
                 "retire: a joiner needs no bytes of what nobody serves any more") {
  std::vector<TestRelease> releases;
  for (const char* version : {"1.0-1", "1.0-2", "1.0-3", "1.0-4"}) {
    releases.push_back(release(version));
    accept_at(t1, releases.back());
  }
  pool.erase(sha256(releases[0].artefacts.at(0)).hex());
  pool.erase(sha256(releases[1].artefacts.at(0)).hex());
  SECTION("and has the same suite") {
    CHECK(sync(t2, t1) == 4);
    CHECK(versions_at(t2) == " 1.0-3 1.0-4");
    CHECK(t2.log_text().find("\"unread\":true") != std::string::npos);
    t2.must_answer({{"type", "sign-checkpoint"}});
    const auto files = t2.indices(stanza_of(hm_test("1.0-3")) + stanza_of(hm_test("1.0-4")));
    const auto signed_there = t2.sign_release(files);
    INFO((signed_there.ok() ? "" : signed_there.error().message()));
    CHECK(signed_there.ok());
    SECTION("what it never had comes under no other bytes") {
      TestPackage forged = hm_test("1.0-1");
      forged.depends = "evil";
      const TestRelease other =
          t1.release_of("deb", "1.0-1a", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes(forged)});
      t2.root.write("spool/records/" + other.record_hex + ".json", other.record);
      t2.keys.signatures = 0;
      check_refused(t2, t2.accept(other), "versions-are-not-lowered", "1.0-1");
    }
  }
  SECTION("nothing is signed before the newer ones were judged") {
    must_import(t2, t1);
    CHECK(work(t2).at(0)["artefacts"].empty());
    REQUIRE(adopt(t2, t1, work(t2).at(0)).ok());
    const auto unread = t2.state->unread_and_not_gone();
    REQUIRE(unread.ok());
    REQUIRE(unread->has_value());
    CHECK((*unread)->version == "1.0-1");
  }
  SECTION("what stands is needed") {
    must_import(t2, t1);
    while (work(t2).at(0)["artefacts"].empty()) REQUIRE(adopt(t2, t1, work(t2).at(0)).ok());
    CHECK(work(t2).size() == 2);
    CHECK(work(t2).at(0)["artefacts"].size() == 1);
  }
}

// Somebody has t1's log key: the newer versions are in its log alone.
TEST_CASE_METHOD(RetiringSiblings, "retire: a log that makes newer versions up stops all signing") {
  accept_at(t1, release("1.0-1"));
  checkpoint(t1);
  std::vector<std::string> lines = lines_of(t1);
  const auto line_of = [&](const std::string& version) {
    Json line = Json::parse(lines.back());
    line["sequence"] = lines.size();
    line["package_version"] = version;
    line["name"] = "hm-test_" + version + "_amd64.deb";
    line["sha256"] = sha256(version).hex();
    line["request"] = sha256("no request " + version).hex();
    lines.push_back(line.dump());
  };
  line_of("1.0-2");
  line_of("1.0-3");
  REQUIRE(import_lines(t2, t1, lines).ok());
  const Json first = work(t2).at(0);
  CHECK(first["artefacts"].empty());
  REQUIRE(adopt(t2, t1, first).ok());
  CHECK(versions_at(t2).empty());
  // The made-up lines have no request that could be judged.
  t2.keys.signatures = 0;
  check_refused(t2, t2.sign_release(t2.indices("")), "sibling-lines-are-adopted", "");
  Json policy = Json::parse(t2.policy_text);
  policy["log_keys"].erase(0);
  change_policy_of_t2(policy);
  check_refused(t2, t2.sign_release(t2.indices("")), "unread-releases-have-left", "tool 1.0-1");
}

TEST_CASE("retire: what a sibling promoted before it was retired here") {
  Siblings group([](Json& policy) {
    keep_two(policy);
    policy["suites"].push_back(policy["suites"][0]);
    policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "lts";
  });
  TestTerminal& t1 = group.t1;
  const TestRelease first = group.release_at(t1, "1.0-1");
  group.sync(group.t2, t1);
  group.wait(1);
  const PromoteStatement said{"tool",
                              sha256(first.product),
                              sha256(t1.policy_text),
                              "1.0-1",
                              {{"hm-test_1.0-1_amd64.deb", sha256(first.artefacts.at(0))}},
                              "stable",
                              "lts",
                              "demo-group",
                              t1.now + 30 * kDay};
  const Json promotion = t1.approved({{"type", "promote"},
                                      {"product", first.product},
                                      {"version", "1.0-1"},
                                      {"from", "stable"},
                                      {"to", "lts"}},
                                     render_statement(said), {"alice", "bob"});
  SECTION("is adopted") {
    t1.must_answer(promotion);
    for (const char* version : {"1.0-2", "1.0-3"}) {
      group.wait(1);
      group.release_at(group.t2, version);
    }
    REQUIRE(group.index_of(group.t2).find("1.0-1") == std::string::npos);
    CHECK(group.sync(group.t2, t1) == 1);
    CHECK_FALSE(group.index_of(group.t2, "lts").empty());
    CHECK(group.index_of(group.t2, "lts") == group.index_of(t1, "lts"));
  }
  SECTION("but nothing is promoted that the suite has no more") {
    for (const char* version : {"1.0-2", "1.0-3"}) {
      group.wait(1);
      group.release_at(t1, version);
    }
    check_refused(t1, t1.ask(promotion), "release-is-of-packages",
                  "is not in suite stable any more");
  }
}

}  // namespace
}  // namespace hallmark::signer_test
