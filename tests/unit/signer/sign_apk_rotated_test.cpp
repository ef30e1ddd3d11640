// sign-apk and sign-apk-lineage where the policy says schemes and rotation.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/apk/lineage.hpp"

namespace hallmark::signer_test {
namespace {

std::string newer_certificate() {
  return std::string(as_text(apk_test::shared_p256().certificate()));
}

// "newer" takes over from "app"; the application is mapped to it.
class RotatedApp : public TestTerminal {
 public:
  RotatedApp() {
    policy = Json::parse(policy_text);
    policy["apk_keys"][0]["packages"] = Json::array();
    policy["apk_keys"].push_back({{"name", "newer"},
                                  {"keygrip", p256_grip()},
                                  {"certificate_sha256", sha256(newer_certificate()).hex()},
                                  {"packages", {"org.example.test"}},
                                  {"rotates", {{"key", "app"}}}});
    certificates["newer"] = newer_certificate();
    recipe_key = "newer";
  }

  Json& newest() { return policy["apk_keys"][1]; }
  void install_and_accept() {
    policy_text = policy.dump();
    install();
    must_accept(apk_release("1.0", apk));
  }

  Message request(bool with_idsig = true) const {
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(apk).hex()}};
    message.fds.push_back(deb_test::memory_file(apk));
    message.fds.push_back(deb_test::memory_file(""));
    if (with_idsig) message.fds.push_back(deb_test::memory_file(""));
    return message;
  }
  Json lineage_request(const std::string& key = "newer") const {
    return {{"type", "sign-apk-lineage"}, {"key", key}};
  }

  Json policy;
  std::string apk = apk_bytes(7);
};

TEST_CASE_METHOD(RotatedApp, "sign-apk-lineage: made once, logged, and the same ever after") {
  install_and_accept();
  const auto answer = ask(lineage_request());
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK(answer->body["keys"] == Json({"app", "newer"}));
  const auto file = base64_decode(answer->body["lineage"].get<std::string>());
  REQUIRE(file.ok());
  const auto lineage = parse_lineage_file(*file);
  REQUIRE(lineage.ok());
  REQUIRE(lineage->nodes.size() == 2);
  CHECK(as_text(lineage->nodes[0].certificate) == certificate());
  CHECK(as_text(lineage->nodes[1].certificate) == newer_certificate());
  CHECK(lineage->nodes[0].capabilities == kDefaultApkCapabilities);
  CHECK(log_text().find(sha256(as_text(*file)).hex()) != std::string::npos);
  CHECK(keys.signatures == 1);

  const std::string log_then = log_text();
  open();
  const auto again = ask(lineage_request());
  REQUIRE(again.ok());
  CHECK(again->body == answer->body);
  CHECK(log_text() == log_then);
  CHECK(keys.signatures == 1);
}

TEST_CASE_METHOD(RotatedApp, "sign-apk-lineage: an unknown key, and one that rotates nothing") {
  install_and_accept();
  check_refused(*this, ask(lineage_request("other")), "key-is-in-the-policy", "not in the policy");
  check_refused(*this, ask(lineage_request("app")), "key-took-over-from-another",
                "takes over from no other");
}

TEST_CASE_METHOD(RotatedApp, "sign-apk: a rotated key signs v3.1, with the lineage that is kept") {
  newest()["rotates"]["capabilities"] = {"installed-data", "rollback"};
  install_and_accept();
  const auto lineage = ask(lineage_request());
  REQUIRE(lineage.ok());
  const Message message = request();
  const auto answer = send(message);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK_FALSE(answer->body.contains("idsig"));
  const auto report = verify_apk(message.fds[1].get(), {"out.apk"});
  REQUIRE(report.ok());
  CHECK(report->verified);
  CHECK(report->schemes == std::vector<std::string>{"v2", "v3", "v3.1"});
  REQUIRE(report->lineage.size() == 2);
  CHECK(report->lineage[0].capabilities == std::vector<std::string>{"installed-data", "rollback"});
  CHECK(log_text().find(sha256(newer_certificate()).hex()) != std::string::npos);
}

TEST_CASE_METHOD(RotatedApp, "sign-apk: v4's file is answered and logged") {
  newest()["schemes"] = {"v2", "v3", "v4"};
  install_and_accept();
  const Message message = request();
  const auto answer = send(message);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  const auto written = digest_fd(message.fds[2].get());
  REQUIRE(written.ok());
  CHECK(answer->body["idsig"]["sha256"] == written->sha256.hex());
  CHECK(log_text().find(written->sha256.hex()) != std::string::npos);
  ApkVerifyOptions options;
  options.idsig_fd = message.fds[2].get();
  const auto report = verify_apk(message.fds[1].get(), options);
  REQUIRE(report.ok());
  CHECK(report->verified);
}

TEST_CASE_METHOD(RotatedApp, "sign-apk: v4 without a file for it") {
  newest()["schemes"] = {"v2", "v3", "v4"};
  install_and_accept();
  check_refused(*this, send(request(false)), "schemes-serve-the-application", "no file");
}

TEST_CASE_METHOD(RotatedApp, "sign-apk: schemes that the application's oldest devices lack") {
  newest()["schemes"] = {"v3"};
  install_and_accept();
  check_refused(*this, send(request()), "schemes-serve-the-application", "below Android 9");
}

TEST_CASE_METHOD(RotatedApp,
                 "install-policy: rotation from an unknown key, and an app mapped twice") {
  SECTION("unknown") { newest()["rotates"]["key"] = "lost"; }
  SECTION("circle") { policy["apk_keys"][0]["rotates"] = {{"key", "newer"}}; }
  SECTION("mapped twice") { policy["apk_keys"][0]["packages"] = {"org.example.test"}; }
  policy_text = policy.dump();
  check_refused(*this, ask(install_request()), "policy-can-be-read", "apk_keys");
}

}  // namespace
}  // namespace hallmark::signer_test
