// sign-attestation: what a release was built from, as the signer knows it.
#include "verify/provenance.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/sibling_fixtures.hpp"
#include "verify/attestation.hpp"

namespace hallmark::signer_test {
namespace {

Json attestation_request(const std::string& version = "1.0-1") {
  return {{"type", "sign-attestation"}, {"product", "tool"}, {"version", version}};
}

std::string decode(const std::string& text) {
  const auto bytes = base64_decode(text);
  REQUIRE(bytes.ok());
  return std::string(as_text(*bytes));
}

class Attesting : public TestTerminal {
 public:
  Attesting() { install(); }

  Json withdrawal(const std::string& version) const {
    const WithdrawStatement said{"tool",      sha256(policy_text), version,
                                 kEverySuite, "demo-group",        now + 30 * kDay};
    return approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", kEverySuite}},
        render_statement(said), {"carol"});
  }
  void not_attested(const Json& request, const std::string& rule, const std::string& words) {
    const auto answer = ask(request);
    REQUIRE_FALSE(answer.ok());
    INFO(answer.error().message());
    CHECK(answer.error().message().find("(rule: " + rule + ")") != std::string::npos);
    CHECK(answer.error().message().find(words) != std::string::npos);
    CHECK(log_text().find("\"kind\":\"provenance\"") == std::string::npos);
  }
};

TEST_CASE_METHOD(Attesting, "sign-attestation: a statement of the build, signed by the log key") {
  const TestRelease release = deb_release();
  must_accept(release);
  const std::string file = must_answer(attestation_request())["attestation"];
  REQUIRE(file.ends_with("}\n"));
  REQUIRE(std::count(file.begin(), file.end(), '\n') == 1);
  const Json envelope = Json::parse(file);
  CHECK(envelope["payloadType"] == "application/vnd.in-toto+json");
  const std::string text = decode(envelope["payload"]);
  const Json statement = Json::parse(text);
  CHECK(statement["_type"] == "https://in-toto.io/Statement/v1");
  CHECK(statement["predicateType"] == "https://slsa.dev/provenance/v1");
  CHECK(statement["subject"] ==
        Json::array({{{"name", "hm-test_1.0-1_amd64.deb"},
                      {"digest", {{"sha256", sha256(release.artefacts.at(0)).hex()}}}}}));
  const Json& definition = statement["predicate"]["buildDefinition"];
  CHECK(definition["externalParameters"]["lock_sha256"] == sha256(release.lock).hex());
  CHECK(definition["externalParameters"]["target"] == target());
  CHECK(definition["internalParameters"]["evidence"] == "reproduced");
  const Json& details = statement["predicate"]["runDetails"];
  CHECK(details["builder"]["id"] == "urn:hallmark:builder:v1");
  CHECK(details["metadata"]["invocationId"] == release.record_hex);
  // Ed25519 over the pre-authentication encoding, as any DSSE library checks it.
  const Json signature = envelope["signatures"].at(0);
  CHECK(signature["keyid"] == log_keys.public_key().fingerprint());
  CHECK(log_keys.key.sign(pre_authentication(text)).substr(19) == decode(signature["sig"]));

  const Json line = last_line(*this);
  CHECK(line["kind"] == "provenance");
  CHECK(line["name"] == "releases/tool/1.0-1/t1.intoto.jsonl");
  CHECK(line["sha256"] == sha256(file).hex());
  CHECK(line["keys"] == Json::array({log_keys.public_key().fingerprint()}));
}

TEST_CASE_METHOD(Attesting, "sign-attestation: the same again gives the same, and no line") {
  must_accept(deb_release());
  const Json answer = must_answer(attestation_request());
  const std::string log_then = log_text();
  now += kDay;
  open();
  log_keys.broken = true;
  CHECK(must_answer(attestation_request()) == answer);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(Attesting,
                 "sign-attestation: of an app what was signed, and what that was made of") {
  const std::string apk = apk_bytes();
  must_accept(apk_release("1.0", apk));
  not_attested(attestation_request("1.0"), "apks-are-signed", "app.apk");
  Message message;
  message.body = {{"type", "sign-apk"}, {"artefact", sha256(apk).hex()}};
  message.fds.push_back(deb_test::memory_file(apk));
  message.fds.push_back(deb_test::memory_file(""));
  const auto made = send(message);
  REQUIRE(made.ok());
  const Json envelope =
      Json::parse(must_answer(attestation_request("1.0"))["attestation"].get<std::string>());
  const Json statement = Json::parse(decode(envelope["payload"]));
  CHECK(statement["subject"] == Json::array({{{"name", "org.example.test_1.0.apk"},
                                              {"digest", {{"sha256", made->body["sha256"]}}}}}));
  CHECK(statement["predicate"]["runDetails"]["byproducts"] ==
        Json::array({{{"name", "app.apk"}, {"digest", {{"sha256", sha256(apk).hex()}}}}}));
}

TEST_CASE_METHOD(Attesting, "sign-attestation: what was never accepted, and what was called back") {
  must_accept(deb_release());
  not_attested(attestation_request("1.0-2"), "release-was-accepted", "tool 1.0-2");
  not_attested(attestation_request("../x"), "request-can-be-read", "'version'");
  must_answer(withdrawal("1.0-1"));
  not_attested(attestation_request(), "release-is-not-withdrawn", "tool 1.0-1");
}

TEST_CASE_METHOD(Attesting, "sign-attestation: words of the client's own are not looked at") {
  must_accept(deb_release());
  Json request = attestation_request();
  request["statement"] = request["predicate"] = request["evidence"] = "rebuilt by everybody";
  const Json envelope = Json::parse(must_answer(request)["attestation"].get<std::string>());
  CHECK(decode(envelope["payload"]).find("everybody") == std::string::npos);
}

TEST_CASE_METHOD(Attesting, "sign-attestation: an agent that signs with another key") {
  must_accept(deb_release());
  log_keys.key = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519);
  const auto answer = ask(attestation_request());
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("is not the log key's") != std::string::npos);
  CHECK(log_text().find("\"kind\":\"provenance\"") == std::string::npos);
}

TEST_CASE_METHOD(Siblings, "sign-attestation: each terminal attests what it adopted, by itself") {
  const TestRelease release = release_at(t1);
  const std::string first = t1.must_answer(attestation_request())["attestation"];
  sync(t2, t1);
  const std::string second = t2.must_answer(attestation_request())["attestation"];
  CHECK(Json::parse(first)["payload"] == Json::parse(second)["payload"]);
  CHECK(Json::parse(first)["signatures"] != Json::parse(second)["signatures"]);
  CHECK(last_line(t2)["name"] == "releases/tool/1.0-1/t2.intoto.jsonl");
}

}  // namespace
}  // namespace hallmark::signer_test
