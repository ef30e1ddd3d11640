// sign-fdroid-index: an index of exactly what was signed, with texts within limits and a time that
// rises.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/fdroid/entry_jar.hpp"
#include "verify/fdroid/index.hpp"
#include "verify/fdroid/version.hpp"

namespace hallmark::signer_test {
namespace {

std::string repository_certificate() {
  return std::string(as_text(apk_test::shared_p256().certificate()));
}

// The request was refused, and in words of `rule` and `words`.
void check_index_refused(const Result<Response>& answer, const std::string& rule,
                         const std::string& words) {
  REQUIRE_FALSE(answer.ok());
  const std::string message = answer.error().message();
  INFO(message);
  CHECK(message.find("(rule: " + rule + ")") != std::string::npos);
  CHECK(message.find(words) != std::string::npos);
}

class FdroidTerminal : public TestTerminal {
 public:
  FdroidTerminal() {
    Json policy = policy_json();
    policy["apk_keys"].push_back({{"name", "repo"},
                                  {"keygrip", p256_grip()},
                                  {"certificate_sha256", sha256(repository_certificate()).hex()},
                                  {"packages", Json::array()}});
    policy["fdroid"] = {{"name", "Test apps"},
                        {"description", "Of a test"},
                        {"address", "https://example.org/apk"},
                        {"key", "repo"}};
    policy_text = policy.dump();
    certificates["repo"] = repository_certificate();
    install();
    release_app("1.0", 7);
    release_app("1.1", 8);
  }

  void release_app(const std::string& version, uint32_t code) {
    const std::string apk = apk_bytes(code);
    must_accept(apk_release(version, apk));
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(apk).hex()}};
    message.fds.push_back(deb_test::memory_file(apk));
    message.fds.push_back(deb_test::memory_file(""));
    const auto answer = send(message);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    const auto facts = fdroid_facts(message.fds[1].get(), "test.apk");
    REQUIRE(facts.ok());
    const auto digest = digest_fd(message.fds[1].get());
    REQUIRE(digest.ok());
    versions[digest->sha256.hex()] = {facts->application, "", digest->sha256,
                                      digest->size,       0,  facts->manifest};
  }

  // As the publisher composes it.
  FdroidIndex composed(int64_t timestamp) {
    const auto policy = parse_policy(policy_text, "policy.json");
    REQUIRE(policy.ok());
    FdroidIndex index{*policy->fdroid, timestamp, {}, {}};
    const Json listed = must_answer({{"type", "fdroid-apks"}});
    for (const Json& apk : listed["apks"]) {
      FdroidVersion version = versions.at(apk["sha256"].get<std::string>());
      version.name = apk["path"].get<std::string>().substr(sizeof("apk/") - 1);
      version.added = apk["added"].get<int64_t>();
      index.versions.push_back(std::move(version));
    }
    index.texts["org.example.test"] = {
        {"metadata", {{"summary", {{"en-US", "A test"}}}, {"categories", {"System"}}}},
        {"whatsNew", {{"8", {{"en-US", "More"}}}}},
        {"antiFeatures", {{"NonFreeNet", {{"en-US", "It asks a server"}}}}}};
    return index;
  }
  std::string text_at(int64_t timestamp) {
    const auto text = write_fdroid_index(composed(timestamp));
    REQUIRE(text.ok());
    return *text;
  }
  void must_withdraw(const std::string& version) {
    const WithdrawStatement said{"tool",      sha256(policy_text), version,
                                 kEverySuite, "demo-group",        now + 30 * kDay};
    must_answer(approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", kEverySuite}},
        render_statement(said), {"carol"}));
  }
  Result<Response> sign_index(const std::string& index) {
    return ask({{"type", "sign-fdroid-index"}}, {index});
  }

  std::map<std::string, FdroidVersion> versions;  // by SHA-256 of the signed APK
};

TEST_CASE_METHOD(FdroidTerminal, "sign-fdroid-index: an index of what was signed") {
  const std::string index = text_at(now);
  const auto answer = sign_index(index);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  const auto jar = hex_decode(answer->body["entry_jar"].get<std::string>());
  REQUIRE(jar.ok());
  const auto entry = read_entry_jar(*jar, sha256(repository_certificate()));
  REQUIRE(entry.ok());
  CHECK(*entry == answer->body["entry"]);
  const auto read = read_fdroid_entry(*entry);
  REQUIRE(read.ok());
  CHECK(read->sha256 == sha256(index));
  CHECK(read->size == index.size());
  CHECK(read->timestamp == now);
  CHECK(log_text().find("\"kind\":\"fdroid-index\"") != std::string::npos);
  CHECK(log_text().find(sha256(as_text(*jar)).hex()) != std::string::npos);
  CHECK_FALSE(read_entry_jar(*jar, sha256(certificate())).ok());

  const std::string log_then = log_text();
  open();
  const auto again = sign_index(index);
  REQUIRE(again.ok());
  CHECK(again->body == answer->body);
  CHECK(log_text() == log_then);
}

struct IndexForgery {
  const char* name;
  void (*forge)(Json& index);
};

Json& app_of(Json& index) { return index["packages"]["org.example.test"]; }
Json& first_version(Json& index) { return app_of(index)["versions"].begin().value(); }

constexpr IndexForgery kForgeries[] = {
    {"an APK that was never signed",
     [](Json& index) {
       Json version = first_version(index);
       version["file"]["sha256"] = std::string(64, 'a');
       app_of(index)["versions"][std::string(64, 'a')] = version;
     }},
    {"an app that was never signed",
     [](Json& index) { index["packages"]["org.example.bank"] = app_of(index); }},
    {"another version code",
     [](Json& index) { first_version(index)["manifest"]["versionCode"] = 99; }},
    {"another signer",
     [](Json& index) {
       first_version(index)["manifest"]["signer"]["sha256"][0] = std::string(64, 'b');
     }},
    {"another preferred signer",
     [](Json& index) { app_of(index)["metadata"]["preferredSigner"] = std::string(64, 'b'); }},
    {"another file", [](Json& index) { first_version(index)["file"]["name"] = "/other.apk"; }},
    {"another digest",
     [](Json& index) { first_version(index)["file"]["sha256"] = std::string(64, 'c'); }},
    {"another size", [](Json& index) { first_version(index)["file"]["size"] = 1; }},
    {"a size that is no whole number",
     [](Json& index) {
       first_version(index)["file"]["size"] = first_version(index)["file"]["size"].get<double>();
     }},
    {"another time", [](Json& index) { first_version(index)["added"] = 1; }},
    {"a version that is left out",
     [](Json& index) { app_of(index)["versions"].erase(app_of(index)["versions"].begin().key()); }},
    {"an app that is left out", [](Json& index) { index["packages"].erase("org.example.test"); }},
    {"another address", [](Json& index) { index["repo"]["address"] = "https://evil.example/apk"; }},
    {"a mirror",
     [](Json& index) {
       index["repo"]["mirrors"] = {{{"url", "https://evil.example/apk"}}};
     }},
    {"an unknown key", [](Json& index) { index["repo"]["more"] = "x"; }},
    {"an unknown key of a version", [](Json& index) { first_version(index)["src"] = "x"; }},
    {"a category that no app has",
     [](Json& index) {
       index["repo"]["categories"]["Other"] = {{"name", {{"en-US", "x"}}}};
     }},
};

TEST_CASE_METHOD(FdroidTerminal, "sign-fdroid-index: forged indices") {
  const Json good = Json::parse(text_at(now));
  for (const IndexForgery& forgery : kForgeries) {
    DYNAMIC_SECTION(forgery.name) {
      Json forged = good;
      forgery.forge(forged);
      check_index_refused(sign_index(forged.dump()), "fdroid-index-is-what-was-signed",
                          "is not what was signed here");
    }
  }
}

TEST_CASE_METHOD(FdroidTerminal, "sign-fdroid-index: texts out of bounds, and what is no index") {
  const std::string text = text_at(now);
  Json forged = Json::parse(text);
  Json& metadata = app_of(forged)["metadata"];
  const char* rule = "fdroid-index-can-be-read";
  SECTION("an unknown key of an app") { metadata["binaries"] = "https://example.org/x"; }
  SECTION("an address that is a program") { metadata["webSite"] = "javascript:alert(1)"; }
  SECTION("a description without end") {
    metadata["description"]["en-US"] = std::string(20'000, 'x');
  }
  SECTION("an icon from elsewhere") {
    metadata["icon"]["en-US"] = {
        {"name", "https://evil.example/x.png"}, {"sha256", std::string(64, 'a')}, {"size", 1}};
  }
  SECTION("a control character") { metadata["summary"]["en-US"] = "\x1b[2J"; }
  SECTION("a list for a text") { metadata["license"] = Json::array(); }
  SECTION("a time of day") { forged["repo"]["timestamp"] = 1; }
  check_index_refused(sign_index(forged.dump()), rule, "");
  check_index_refused(sign_index(" " + text), rule, "is not the one text");
  check_index_refused(sign_index(text + "{}"), rule, "not valid JSON");
  check_index_refused(sign_index("[]"), rule, "");
  std::string twice = text;
  twice.insert(1, "\"packages\":{},");
  check_index_refused(sign_index(twice), rule, "repeats the key");
  CHECK_FALSE(ask({{"type", "sign-fdroid-index"}}).ok());
  CHECK_FALSE(ask({{"type", "sign-fdroid-index"}}, {text, text}).ok());
}

TEST_CASE_METHOD(FdroidTerminal, "sign-fdroid-index: a time that does not rise, or is not here") {
  REQUIRE(sign_index(text_at(now)).ok());
  check_index_refused(sign_index(text_at(now - 1)), "fdroid-timestamp-is-newer-than-the-last",
                      "and the last one is of");
  check_index_refused(sign_index(text_at(now + 3600)), "fdroid-timestamp-is-not-ahead-of-the-clock",
                      "and here it is");
  now += 60;
  CHECK(sign_index(text_at(now)).ok());
}

TEST_CASE_METHOD(FdroidTerminal, "sign-fdroid-index: an app that was withdrawn leaves the index") {
  const std::string before = text_at(now);
  REQUIRE(sign_index(before).ok());
  must_withdraw("1.1");
  now += 60;
  const Json listed = must_answer({{"type", "fdroid-apks"}});
  CHECK(listed["apks"].size() == 1);
  Json stale = Json::parse(before);
  stale["repo"]["timestamp"] = now * 1000;
  check_index_refused(sign_index(stale.dump()), "fdroid-index-is-what-was-signed",
                      "does not belong there");
  CHECK(sign_index(text_at(now)).ok());
}

TEST_CASE("sign-fdroid-index: a policy without a repository") {
  TestTerminal terminal;
  terminal.install();
  check_refused(terminal, terminal.ask({{"type", "sign-fdroid-index"}}, {"{}"}),
                "fdroid-repository-is-in-the-policy", "is not in the installed policy");
}

TEST_CASE_METHOD(FdroidTerminal, "change-policy: the repository that was signed keeps its key") {
  Json policy = Json::parse(policy_text);
  SECTION("nothing was signed: it may go") {
    policy.erase("fdroid");
    CHECK(ask(policy_change(policy_text, policy)).ok());
  }
  const std::string text = text_at(now);
  const auto sign = [&] { return ask({{"type", "sign-fdroid-index"}}, {text}); };
  SECTION("after that it stays") {
    REQUIRE(sign().ok());
    keys.signatures = 0;
    SECTION("it is gone") { policy.erase("fdroid"); }
    SECTION("another key") {
      policy["apk_keys"].push_back({{"name", "new"},
                                    {"keygrip", policy["apk_keys"][0]["keygrip"]},
                                    {"certificate_sha256", sha256("new").hex()},
                                    {"packages", Json::array()}});
      policy["fdroid"]["key"] = "new";
    }
    check_index_refused(ask(policy_change(policy_text, policy)), "fdroid-repository-keeps-its-key",
                        "and the new policy has no such repository");
  }
}

}  // namespace
}  // namespace hallmark::signer_test
