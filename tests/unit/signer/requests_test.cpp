// The request table itself, install-policy, and what anyone may ask.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

TEST_CASE_METHOD(TestTerminal, "requests: there is none to sign bytes or a digest") {
  install();
  for (const char* type : {"sign", "sign-digest", "sign-bytes", "pksign", ""}) {
    const auto answer = ask({{"type", type}, {"digest", sha256("x").hex()}});
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().kind == ErrorKind::kPolicy);
    CHECK(answer.error().message().find("is not one that the signer permits") != std::string::npos);
  }
  CHECK(log_text().find("sign-digest") != std::string::npos);
  CHECK(keys.signatures == 0);
}

TEST_CASE_METHOD(TestTerminal, "requests: missing and ill-typed fields are errors, not crashes") {
  install();
  for (const char* type : {"install-policy", "change-policy", "accept-build", "rollout", "withdraw",
                           "sign-apt-release", "sign-apk", "sign-aab", "sign-apk-lineage"}) {
    INFO(type);
    CHECK_FALSE(ask({{"type", type}}).ok());
    for (const Json& value : {Json(1), Json(nullptr), Json::array({1}), Json::object()}) {
      Json body = {{"type", type}};
      for (const char* key : {"policy", "product", "lock", "statement", "signatures", "record",
                              "suite", "indices", "version", "from", "to", "artefact",
                              "openpgp_keys", "apk_certificates", "key", "strip"}) {
        body[key] = value;
      }
      CHECK_FALSE(ask(body).ok());
    }
  }
}

TEST_CASE_METHOD(TestTerminal, "install-policy: once; the same again changes nothing") {
  install();
  const std::string log_then = log_text();
  const auto again = ask(install_request());
  CHECK(again.ok());
  CHECK(log_text() == log_then);
  CHECK(root.read("public/archive-keyring.asc") == "keys " + kFingerprint + "\n");
  CHECK(root.read("public/apk-app.der") == certificate());
}

TEST_CASE_METHOD(TestTerminal, "install-policy: another policy") {
  install();
  Json other = Json::parse(policy_text);
  other["threshold"] = 1;
  policy_text = other.dump();
  check_refused(*this, ask(install_request()), "no-other-policy-is-installed",
                "is installed already");
}

TEST_CASE_METHOD(TestTerminal, "install-policy: keys that are not those of the policy") {
  Json request = install_request();
  std::string rule = "openpgp-keys-are-those-of-the-policy";
  SECTION("another OpenPGP key") { request["openpgp_keys"] = {std::string(40, 'F')}; }
  SECTION("one more") { request["openpgp_keys"].push_back(std::string(40, 'F')); }
  SECTION("none") { request["openpgp_keys"] = Json::array(); }
  SECTION("another certificate") {
    rule = "certificates-are-those-of-the-policy";
    const auto& other = apk_test::shared_p256().certificate();
    request["apk_certificates"][0]["der_base64"] = base64_encode(other);
  }
  SECTION("no certificate") {
    rule = "certificates-are-those-of-the-policy";
    request["apk_certificates"] = Json::array();
  }
  check_refused(*this, ask(request), rule, "");
}

TEST_CASE_METHOD(TestTerminal, "install-policy: an approver whose key is no key") {
  Json policy = Json::parse(policy_text);
  SECTION("DSA") { policy["approvers"][1]["keys"] = {"ssh-dss AAAA"}; }
  SECTION("RSA of 2048 bits") {
    const auto weak = ssh_test::SoftKey(ssh_test::SoftKind::kRsa, 2048).public_blob();
    policy["approvers"][1]["keys"] = {"ssh-rsa " + base64_encode(as_bytes(weak))};
  }
  policy_text = policy.dump();
  check_refused(*this, ask(install_request()), "approvers-have-usable-keys", "approver bob");
}

TEST_CASE_METHOD(TestTerminal, "install-policy: a rebuilder whose key is no key") {
  Json policy = Json::parse(policy_text);
  policy["rebuilders"] = {{{"name", "north"}, {"keys", {"ssh-dss AAAA"}}}};
  policy["rebuilders_needed"] = 1;
  policy_text = policy.dump();
  check_refused(*this, ask(install_request()), "rebuilders-have-usable-keys", "rebuilder north");
}

TEST_CASE_METHOD(TestTerminal, "install-policy: the ceremony's record is a line of the log") {
  Json request = install_request();
  request["ceremony"] = "Hallmark ceremony record\n";
  REQUIRE(ask(request).ok());
  CHECK(log_text().find("\"kind\":\"ceremony\"") != std::string::npos);
  CHECK(log_text().find("\"text\":\"Hallmark ceremony record\\n\"") != std::string::npos);
}

TEST_CASE_METHOD(TestTerminal, "install-policy: a ceremony's record that is none") {
  Json request = install_request();
  SECTION("empty") { request["ceremony"] = ""; }
  SECTION("too long") { request["ceremony"] = std::string(8193, 'x'); }
  SECTION("not UTF-8") { request["ceremony"] = "\xff"; }
  check_refused(*this, ask(request), "ceremony-record-is-a-text", "is no UTF-8 text");
}

TEST_CASE_METHOD(TestTerminal, "install-policy: the longest record, of what must be escaped") {
  Json request = install_request();
  request["ceremony"] = std::string(8192, '\x01');
  CHECK(ask(request).ok());
}

TEST_CASE_METHOD(TestTerminal, "install-policy: demo and real terminals do not mix") {
  Json policy = Json::parse(policy_text);
  SECTION("a demo's policy on a real terminal") { demo = false; }
  SECTION("a real policy on a demo terminal") { policy["demo"] = false; }
  SECTION("a demo whose origin does not say so") { policy["origin"] = "Example"; }
  SECTION("a demo whose label does not say so") { policy["label"] = "Example"; }
  policy_text = policy.dump();
  check_refused(*this, ask(install_request()), "policy-suits-this-terminal", "demo");
}

TEST_CASE_METHOD(TestTerminal,
                 "status, policy, public-keys: answered while a request has its turn") {
  install();
  const auto log_of_another = ReleaseLog::open(root.path("sign/log"));
  REQUIRE(log_of_another.ok());
  const auto turn = log_of_another->take_turn();
  REQUIRE(turn.ok());
  for (const char* type : {"status", "policy", "public-keys"}) {
    INFO(type);
    CHECK(ask({{"type", type}}).ok());
  }
}

TEST_CASE_METHOD(TestTerminal, "status and public-keys, before and after the policy") {
  CHECK(ask({{"type", "status"}})->body["policy"].is_null());
  CHECK(ask({{"type", "public-keys"}})->body["openpgp"].empty());
  install();
  must_accept(deb_release());
  const auto status = ask({{"type", "status"}});
  REQUIRE(status.ok());
  CHECK(status->body["policy"] == sha256(policy_text).hex());
  CHECK(status->body["artefacts"] == 1);
  CHECK(status->body["suites"][0]["packages"] == 1);
  CHECK(status->body["demo"] == true);
  CHECK(status->body["log"]["size"] == 2);
  const auto keys_answer = ask({{"type", "public-keys"}});
  REQUIRE(keys_answer.ok());
  CHECK(keys_answer->body["openpgp"][0] == "keys " + kFingerprint + "\n");
  CHECK(keys_answer->body["apk"][0]["certificate_der_base64"] ==
        base64_encode(as_bytes(certificate())));
}

}  // namespace
}  // namespace hallmark::signer_test
