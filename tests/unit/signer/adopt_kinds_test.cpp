// adopt, of every kind of request; and what is signed once siblings are known.
#include <catch2/catch_test_macros.hpp>

#include "core/model/import_manifest.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

void two_suites(Json& policy) {
  policy["suites"].push_back(policy["suites"][0]);
  policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "lts";
  policy["evidence_levels"] = {{{"suite", "stable"}, {"evidence", "prebuilt"}}};
}

class Kinds : public Siblings {
 public:
  Kinds() : Siblings(two_suites) {}

  Sha256Digest policy() const { return sha256(t1.policy_text); }
  int64_t later() const { return t1.now + 30 * kDay; }
  Json withdraw_request(const std::string& version) const {
    const WithdrawStatement said{"tool", policy(), version, "*", "demo-group", later()};
    return t1.approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", "*"}},
        render_statement(said), {"alice"});
  }
};

TEST_CASE_METHOD(Kinds, "adopt: a promotion, also where this terminal has a build more") {
  const TestRelease release = release_at(t1);
  PromoteStatement said{"tool",
                        sha256(release.product),
                        policy(),
                        "1.0-1",
                        {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}},
                        "stable",
                        "lts",
                        "demo-group",
                        later()};
  wait(60);
  t1.must_answer(t1.approved({{"type", "promote"},
                              {"product", release.product},
                              {"version", "1.0-1"},
                              {"from", "stable"},
                              {"to", "lts"}},
                             render_statement(said), {"alice", "bob"}));
  SECTION("it has the same") {}
  SECTION("it has one that was imported") {
    TestPackage other;
    other.name = "hm-other";
    t1.product_packages.insert("hm-other");
    Json product = t1.product_json("deb");
    product["evidence"] = "prebuilt";
    const std::string bytes = deb_bytes(other);
    const ImportManifest manifest{
        "tool",
        "1.0-1",
        {{"hm-other_1.0-1_amd64.deb", bytes.size(), sha256(bytes), "stable", "main"}}};
    const std::string text = to_json(manifest).dump();
    ImportStatement import{"tool",       sha256(product.dump()), policy(),     "1.0-1",
                           sha256(text), "stable/main",          "demo-group", later()};
    const auto imported = t2.ask(t1.approved({{"type", "accept-prebuilt"},
                                              {"product", product.dump()},
                                              {"manifest", text},
                                              {"first", 0U}},
                                             render_statement(import), {"alice", "bob"}),
                                 {bytes});
    INFO((imported.ok() ? "" : imported.error().message()));
    REQUIRE(imported.ok());
  }
  CHECK(sync(t2, t1) == 2);
  CHECK(index_of(t2, "lts") == index_of(t1, "lts"));
  CHECK(last_line(t2)["kind"] == "promotion");
}

TEST_CASE_METHOD(Kinds, "adopt: an import, in as many parts as it takes") {
  constexpr std::size_t kFiles = 70;
  std::vector<std::string> bytes;
  ImportManifest manifest{"tool", "1.0-1", {}};
  for (std::size_t i = 0; i < kFiles; ++i) {
    TestPackage package;
    package.name = "hm-" + std::to_string(i);
    t1.product_packages.insert(package.name);
    bytes.push_back(deb_bytes(package));
    pool[sha256(bytes.back()).hex()] = bytes.back();
    manifest.files.push_back({package.name + "_1.0-1_amd64.deb", bytes.back().size(),
                              sha256(bytes.back()), "stable", "main"});
  }
  Json product = t1.product_json("deb");
  product["evidence"] = "prebuilt";
  const std::string text = to_json(manifest).dump();
  const ImportStatement said{"tool",       sha256(product.dump()), policy(),     "1.0-1",
                             sha256(text), "stable/main",          "demo-group", later()};
  const auto part = [&](std::size_t first, std::size_t count) {
    const Json request = t1.approved({{"type", "accept-prebuilt"},
                                      {"product", product.dump()},
                                      {"manifest", text},
                                      {"first", first}},
                                     render_statement(said), {"alice", "bob"});
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<std::string> files(begin, begin + static_cast<std::ptrdiff_t>(count));
    const auto answer = t1.ask(request, files);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
  };
  part(66, 4);
  part(0, 2);
  part(1, 65);  // one of them again
  CHECK(sync(t2, t1) == 3);
  CHECK(index_of(t2) == index_of(t1));
  CHECK(last_line(t2)["request"] == last_line(t1)["request"]);
}

TEST_CASE_METHOD(Kinds, "adopt: a lower version, and the release that uses it up") {
  release_at(t1, "1.0-1");
  release_at(t1, "2.0-1");
  t1.must_answer(withdraw_request("2.0-1"));
  const LowerVersionStatement said{"tool",  policy(),        "stable",     {"hm-test"}, "2.0-1",
                                   "1.5-1", "2.0 eats data", "demo-group", later()};
  t1.must_answer(t1.approved({{"type", "allow-lower-version"},
                              {"product", "tool"},
                              {"suite", "stable"},
                              {"packages", {"hm-test"}},
                              {"version_now", "2.0-1"},
                              {"version_wanted", "1.5-1"},
                              {"reason", "2.0 eats data"}},
                             render_statement(said), {"alice", "bob"}));
  const TestRelease release = release_at(t1, "1.5-1");
  CHECK(sync(t2, t1) == 5);
  CHECK(index_of(t2) == index_of(t1));
  // Used up for all: another build of that version comes nowhere.
  TestRelease other = t1.deb_release("1.5-1");
  other.lock = *canonical_dump([&] {
    Json lock = Json::parse(other.lock);
    lock["source_date_epoch"] = 1700000001;
    return lock;
  }());
  t1.approve(other, "1.5-1");
  t2.put_record(other, TestTerminal::record_json(other, "1.5-1", {"hm-test_1.5-1_amd64.deb"}));
  check_refused(t2, t2.accept(other), "versions-are-not-lowered", "is lower than 2.0-1");
}

TEST_CASE_METHOD(Kinds, "adopt: less evidence, until a day") {
  const LowerEvidenceStatement said{"tool",  policy(),           {"lts"},      Evidence::kBuilt,
                                    "alice", t1.now + 20 * kDay, "demo-group", later()};
  t1.must_answer(t1.approved({{"type", "allow-lower-evidence"},
                              {"product", "tool"},
                              {"suites", {"lts"}},
                              {"evidence", "built"},
                              {"owner", "alice"},
                              {"until", format_utc(t1.now + 20 * kDay)}},
                             render_statement(said), {"alice", "bob"}));
  CHECK(sync(t2, t1) == 1);
  const auto lowered = t2.state->lowered_evidence(t2.now);
  REQUIRE(lowered.ok());
  CHECK(lowered->size() == 1);
}

TEST_CASE_METHOD(Kinds, "adopt: nothing is young by what was accepted here since") {
  const TestRelease release = release_at(t1);
  wait(60);
  t1.must_answer(withdraw_request("1.0-1"));
  wait(60);
  accept_at(t2, release);  // which has not heard of it
  CHECK(sync(t2, t1) == 2);
  CHECK(index_of(t2).empty());
}

// --- Releases ---

class Releases : public Siblings {
 public:
  // As hallmark would: the indices that a terminal has, and what is served.
  static Result<Response> sign(TestTerminal& at, const std::vector<std::string>& served = {}) {
    Json paths = Json::array();
    std::vector<std::string> bytes;
    for (const auto& [path, content] : at.indices(index_of(at))) {
      paths.push_back(path);
      bytes.push_back(content);
    }
    Json request = {{"type", "sign-apt-release"}, {"suite", "stable"}, {"indices", paths}};
    if (!served.empty()) request["published_releases"] = served;
    return at.ask(request, bytes);
  }
  static Json must_sign(TestTerminal& at, const std::vector<std::string>& served = {}) {
    const auto answer = sign(at, served);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body;
  }
};

TEST_CASE_METHOD(Releases,
                 "release: it follows the newest of all terminals, and is dated after it") {
  const Json first = must_sign(t1);
  sync(t2, t1);
  wait(1);
  const Json second = must_sign(t2, {first["inrelease"]});
  CHECK(last_line(t2)["follows"] == sha256(first["release"].get<std::string>()).hex());
  // Its own newest does not stand any more.
  sync(t1, t2);
  wait(1);
  const Json third = must_sign(t1, {second["inrelease"]});
  CHECK(third["date"] != first["date"]);
  CHECK(last_line(t1)["follows"] == sha256(second["release"].get<std::string>()).hex());
  // And now it does.
  CHECK(must_sign(t1, {third["inrelease"]})["date"] == third["date"]);
}

TEST_CASE_METHOD(Releases, "release: another terminal's Date is not gone behind") {
  t1.now += 300;
  must_sign(t1);
  sync(t2, t1);
  check_refused(t2, sign(t2), "date-is-newer-than-the-last", "of terminal t1");
  t2.now += 301;
  must_sign(t2);
}

TEST_CASE_METHOD(Releases, "release: what is served must be in some terminal's log") {
  const Json first = must_sign(t1);
  wait(1);
  check_refused(t2, sign(t2, {first["inrelease"]}), "served-release-is-known",
                "no terminal's log tells of");
  check_refused(t2,
                t2.ask({{"type", "refresh-apt-release"},
                        {"suite", "stable"},
                        {"published_releases", {first["inrelease"]}}}),
                "served-release-is-known", "no terminal's log tells of");
  sync(t2, t1);
  check_refused(t2, sign(t2, {"-----BEGIN PGP SIGNED MESSAGE-----\n"}), "served-release-is-known",
                "no terminal's log tells of");
  check_refused(t2, sign(t2, {first["release"]}), "served-release-is-known",
                "no terminal's log tells of");
  check_refused(t2, sign(t2, {std::string(300000, 'x')}), "served-release-is-known",
                "larger than any of ours");
  must_sign(t2, {first["inrelease"]});
}

// --- Apps ---

class Apps : public Siblings {
 public:
  std::string apk = apk_bytes(7);

  Json without_t1() {
    Json policy = policy_of_both();
    policy["log_keys"].erase(0);
    return policy;
  }
  TestRelease accept_at_t1() {
    const TestRelease release = t1.apk_release("1.0", apk);
    t1.must_accept(release);
    return release;
  }
  // The signed bytes; empty: refused.
  Result<Response> sign(TestTerminal& at, std::string& out) const {
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(apk).hex()}};
    message.fds.push_back(deb_test::memory_file(apk));
    message.fds.push_back(deb_test::memory_file(""));
    Result<Response> answer = at.send(message);
    if (answer.ok()) {
      const auto file = FileBytes::open(message.fds[1].get());
      REQUIRE(file.ok());
      REQUIRE(::lseek(message.fds[1].get(), 0, SEEK_SET) == 0);
      out = *read_all(message.fds[1].get(), 1U << 24U, "signed");
    }
    return answer;
  }
};

TEST_CASE_METHOD(Apps, "adopt: an app, by its signed form") {
  const TestRelease release = accept_at_t1();
  std::string signed_there;
  REQUIRE(sign(t1, signed_there).ok());
  pool[sha256(signed_there).hex()] = signed_there;
  CHECK(sync(t2, t1) == 1);
  SECTION("RSA gives the same bytes here") {
    std::string signed_here;
    const auto answer = sign(t2, signed_here);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    CHECK(signed_here == signed_there);
  }
  SECTION("its version code counts") {
    const TestRelease lower = t1.apk_release("1.1", apk_bytes(6));
    t2.root.write("spool/records/" + lower.record_hex + ".json", lower.record);
    check_refused(t2, t2.accept(lower), "version-code-rises", "has 7 already");
  }
}

TEST_CASE_METHOD(Apps, "adopt: an app that is not signed yet is nowhere to be had") {
  const TestRelease release = accept_at_t1();
  must_import(t2, t1);
  checkpoint(t1);
  const Json item = work(t2).at(0);
  CHECK(item["artefacts"].at(0)["unserved"] == true);
  check_refused(t2, t2.ask(adopt_request(item), {text_of(t1, item["request"]), apk_bytes(8)}),
                "artefacts-are-those-of-the-record", "the build record says");
  SECTION("it is signed there") {
    std::string out;
    REQUIRE(sign(t1, out).ok());
    pool[sha256(out).hex()] = out;
    CHECK(sync(t2, t1) == 1);
  }
  SECTION("that terminal died, and the same lock was built here") {
    REQUIRE(t2.ask(adopt_request(item), {text_of(t1, item["request"]), apk}).ok());
    CHECK(work(t2).empty());
    std::string here;
    REQUIRE(sign(t2, here).ok());
  }
  SECTION("that terminal died, and a policy drops its log key") {
    change_policy_of_t2(without_t1());
    CHECK(work(t2).empty());
    // Approved by the new policy: that it was used there is forgotten.
    t1.policy_text = t2.policy_text = without_t1().dump();
    accept_at(t2, t1.apk_release("1.0", apk));
    std::string here;
    REQUIRE(sign(t2, here).ok());
  }
}

TEST_CASE_METHOD(Apps, "adopt: an app's signed form is of the application's own key") {
  accept_at_t1();
  std::string out;
  REQUIRE(sign(t1, out).ok());
  // A log that is false, and bytes that go with it.
  const auto claim = [&](const std::string& bytes) {
    std::vector<std::string> lines = lines_of(t1);
    Json line = Json::parse(lines.back());
    line["sha256"] = sha256(bytes).hex();
    line["size"] = bytes.size();
    lines.back() = line.dump();
    REQUIRE(import_lines(t2, t1, lines).ok());
    checkpoint(t1);
    const Json item = work(t2).at(0);
    CHECK(item["artefacts"].at(0)["sha256"] == sha256(bytes).hex());
    return t2.ask(adopt_request(item), {text_of(t1, item["request"]), bytes});
  };
  SECTION("unsigned") {
    check_refused(t2, claim(apk_bytes(9)), "adopted-app-is-signed-by-its-key", "does not verify");
  }
  SECTION("signed by another") {
    const auto file = apk_test::signed_apk(apk_test::write_zip(apk_test::apk_entries({})),
                                           {{apk_test::ec_signer()}, {apk_test::ec_signer()}, {}});
    const std::string stranger(as_text(file));
    check_refused(t2, claim(stranger), "adopted-app-is-signed-by-its-key",
                  "not by its application's key");
  }
}

TEST_CASE_METHOD(Apps, "adopt: two terminals that accept one version code at once") {
  const TestRelease first = accept_at_t1();
  const std::string other = apk_bytes(7, 4000);
  const TestRelease second = t1.apk_release("1.1", other);
  accept_at(t2, second);
  std::string signed_there;
  REQUIRE(sign(t1, signed_there).ok());
  pool[sha256(signed_there).hex()] = signed_there;
  must_import(t2, t1);
  checkpoint(t1);
  const Json item = work(t2).at(0);
  const auto refused = adopt(t2, t1, item);
  check_refused(t2, refused, "version-code-rises", "has 7 already");
  CHECK(refused.error().hint.find("hallmark withdraw") != std::string::npos);

  // The second is called back where it was accepted: then both know both, and the first stands.
  const WithdrawStatement said{"tool", sha256(t2.policy_text), "1.1",
                               "*",    "demo-group",           t2.now + 30 * kDay};
  t2.must_answer(
      t1.approved({{"type", "withdraw"}, {"product", "tool"}, {"version", "1.1"}, {"suite", "*"}},
                  render_statement(said), {"alice"}));
  CHECK(sync(t2, t1) == 1);
  std::string here;
  REQUIRE(sign(t2, here).ok());
  CHECK(here == signed_there);

  must_import(t1, t2);
  checkpoint(t2);
  const Json theirs = work(t1).at(0);
  CHECK(theirs["artefacts"].empty());
  REQUIRE(adopt(t1, t2, theirs).ok());
  const Json call_back = work(t1).at(0);
  CHECK(call_back["kind"] == "withdrawal");
  REQUIRE(adopt(t1, t2, call_back).ok());
  CHECK(work(t1).empty());
  std::string again;
  REQUIRE(sign(t1, again).ok());
  CHECK(again == signed_there);
  const TestRelease higher = t1.apk_release("1.2", apk_bytes(8));
  accept_at(t1, higher);
}

TEST_CASE_METHOD(Apps, "sign-apk: a terminal's false line is forgotten with its log key") {
  const TestRelease release = accept_at_t1();
  accept_at(t2, release);
  std::string out;
  REQUIRE(sign(t1, out).ok());
  std::vector<std::string> lines = lines_of(t1);
  Json line = Json::parse(lines.back());
  line["sha256"] = sha256("another signature").hex();
  lines.back() = line.dump();
  REQUIRE(import_lines(t2, t1, lines).ok());
  checkpoint(t1);
  REQUIRE(adopt(t2, t1, work(t2).at(0)).ok());
  std::string here;
  const auto answer = sign(t2, here);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("on terminal t1") != std::string::npos);
  // What hosts are asked for is both: what it says, and nothing of this terminal's own.
  const Json apks = t2.must_answer({{"type", "accepted-apks"}})["apks"];
  REQUIRE(apks.size() == 1);
  CHECK(apks.at(0)["path"] == "apk/org.example.test_1.0.apk");
  change_policy_of_t2(without_t1());
  CHECK(t2.must_answer({{"type", "accepted-apks"}})["apks"].empty());
  REQUIRE(sign(t2, here).ok());
}

TEST_CASE_METHOD(Apps, "sign-apk: other bytes than a sibling signed are not handed out") {
  const TestRelease release = accept_at_t1();
  accept_at(t2, release);  // which has not heard of it
  std::string out;
  REQUIRE(sign(t1, out).ok());
  std::vector<std::string> lines = lines_of(t1);
  Json line = Json::parse(lines.back());
  line["sha256"] = sha256("another signature").hex();
  lines.back() = line.dump();
  REQUIRE(import_lines(t2, t1, lines).ok());
  checkpoint(t1);
  REQUIRE(adopt(t2, t1, work(t2).at(0)).ok());
  std::string here;
  const auto answer = sign(t2, here);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("(rule: siblings-signed-the-same-bytes)") !=
        std::string::npos);
  CHECK(here.empty());
}

TEST_CASE_METHOD(Apps, "sign-apk: a sibling's signed form was made from another file") {
  accept_at_t1();
  std::string out;
  REQUIRE(sign(t1, out).ok());
  const std::string older = std::exchange(apk, apk_bytes(9));
  t1.must_accept(t1.apk_release("1.1", apk));
  std::string out_of_newer;
  REQUIRE(sign(t1, out_of_newer).ok());
  apk = older;
  // What it says that it made of version code 7 is what it made of 9.
  std::vector<std::string> lines = lines_of(t1);
  for (std::string& text : lines) {
    Json line = Json::parse(text);
    if (line["kind"] != "apk" || line["version_code"] != 7) continue;
    line["sha256"] = sha256(out_of_newer).hex();
    line["size"] = out_of_newer.size();
    text = line.dump();
  }
  REQUIRE(import_lines(t2, t1, lines).ok());
  checkpoint(t1);
  const Json item = work(t2).at(0);
  REQUIRE(t2.ask(adopt_request(item), {text_of(t1, item["request"]), out_of_newer}).ok());
  // Nobody says any more what was made of it: so nothing but its bytes can tell.
  change_policy_of_t2(without_t1());
  std::string here;
  check_refused(t2, sign(t2, here), "apk-is-the-accepted-application", "in 7");
  CHECK(here.empty());
}

TEST_CASE_METHOD(Apps, "accepted-apks: what a signed form has to be") {
  accept_at_t1();
  std::string out;
  REQUIRE(sign(t1, out).ok());
  pool[sha256(out).hex()] = out;
  sync(t2, t1);
  const Json apks = t2.must_answer({{"type", "accepted-apks"}})["apks"];
  REQUIRE(apks.size() == 1);
  CHECK(apks.at(0)["application"] == "org.example.test");
  CHECK(apks.at(0)["version_code"] == 7);
  CHECK(apks.at(0)["certificates"].size() == 1);
  CHECK_FALSE(apks.at(0).contains("withdrawn"));
}

TEST_CASE_METHOD(Apps, "accepted-apks: a withdrawn app is told of, whoever signed it") {
  accept_at_t1();
  std::string out;
  REQUIRE(sign(t1, out).ok());
  pool[sha256(out).hex()] = out;
  sync(t2, t1);
  const auto withdrawn_at = [&](TestTerminal& at) {
    const Json apks = at.must_answer({{"type", "accepted-apks"}})["apks"];
    REQUIRE(apks.size() == 1);
    CHECK(apks.at(0)["path"] == "apk/org.example.test_1.0.apk");
    CHECK(apks.at(0)["sha256"] == sha256(out).hex());
    CHECK(apks.at(0)["withdrawn"] == true);
  };
  const WithdrawStatement said{"tool", sha256(t2.policy_text), "1.0",
                               "*",    "demo-group",           t2.now + 30 * kDay};
  const Json request =
      t1.approved({{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0"}, {"suite", "*"}},
                  render_statement(said), {"alice"});
  SECTION("this one, and no other") {
    t2.must_answer(request);
    sync(t1, t2);
    withdrawn_at(t1);
  }
  SECTION("another one, and this one never") {
    t2.must_answer(request);
    withdrawn_at(t2);
  }
  SECTION("another one, whose log key a policy has dropped since") {
    t2.must_answer(request);
    change_policy_of_t2(without_t1());
    withdrawn_at(t2);
  }
}

}  // namespace
}  // namespace hallmark::signer_test
