// Which keys may sign, and what is said of them.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Keys : public TestTerminal {
 public:
  Result<Response> sign() { return sign_release(indices(stanza_of({}))); }
  // The installed key, from now on.
  void expire_at(int64_t time) {
    keys.change_key = [time](OpenPgpSubkey& key) { key.expires = time; };
  }
};

TEST_CASE_METHOD(Keys, "keys: what is listed of each, and what each signed last") {
  install();
  const auto before = ask({{"type", "keys"}});
  REQUIRE(before.ok());
  REQUIRE(before->body["keys"].size() == 3);
  CHECK_FALSE(before->body["keys"][0].contains("last"));
  must_accept(deb_release());
  expire_at(kNow + 200 * kDay + 5);
  REQUIRE(sign().ok());
  REQUIRE(ask({{"type", "sign-checkpoint"}}).ok());
  const Json listed = ask({{"type", "keys"}})->body["keys"];
  const Json& openpgp = listed[0];
  CHECK(openpgp["use"] == "suite");
  CHECK(openpgp["for"] == Json({"stable"}));
  CHECK(openpgp["fingerprint"] == kFingerprint);
  CHECK(openpgp["algorithm"] == "ed25519");
  CHECK(openpgp["days_left"] == 200);
  CHECK(openpgp["last"]["what"] == "dists/stable/Release.gpg");
  CHECK(openpgp["last"]["at"] == format_utc(kNow));
  const uint64_t sequence = openpgp["last"]["sequence"];
  CHECK(log_text().find("\"name\":\"dists/stable/Release.gpg\",\"sequence\":" +
                        std::to_string(sequence)) != std::string::npos);
  CHECK(listed[1]["use"] == "application");
  CHECK(listed[1]["algorithm"] == "RSA 2048");
  CHECK(listed[1]["keygrip"] == rsa_grip());
  CHECK_FALSE(listed[1].contains("last"));
  CHECK(listed[2]["use"] == "log");
  CHECK(listed[2]["last"]["what"].get<std::string>().find("a checkpoint of ") == 0);
}

TEST_CASE_METHOD(Keys, "keys: warnings from 180 days before the end") {
  // The test's certificate is valid for a day from now, whenever that is.
  Json policy = Json::parse(policy_text);
  policy["apk_keys"] = Json::array();
  policy_text = policy.dump();
  certificates.clear();
  install();
  const auto warnings = [this] { return ask({{"type", "status"}})->body["warnings"]; };
  CHECK(warnings().empty());
  expire_at(kNow + 180 * kDay);
  CHECK(warnings().empty());
  expire_at(kNow + 180 * kDay - 1);
  REQUIRE(warnings().size() == 1);
  CHECK(warnings()[0]["cause"].get<std::string>().find("179 day(s)") != std::string::npos);
  keys.change_key = [](OpenPgpSubkey& key) { key.revoked = true; };
  CHECK(warnings()[0]["cause"] == "is revoked");
}

TEST_CASE_METHOD(Keys, "keys: one that is over, or away, signs no suite") {
  install();
  must_accept(deb_release());
  std::string rule = "suite-keys-are-not-over";
  std::string words;
  SECTION("expired") {
    expire_at(kNow);
    words = "expired at 2026-11-18T11:06:40Z";
  }
  SECTION("revoked") {
    keys.change_key = [](OpenPgpSubkey& key) { key.revoked = true; };
    words = "is revoked";
  }
  SECTION("for other uses alone") {
    keys.change_key = [](OpenPgpSubkey& key) { key.can_sign = false; };
    words = "has no part that may sign";
  }
  SECTION("not in the agent") {
    keys.missing = {kOpenPgpGrip};
    rule = "suite-keys-are-in-the-agent";
    words = "is not in this terminal's agent";
  }
  check_refused(*this, sign(), rule, words);
  keys.change_key = nullptr;
  keys.missing.clear();
  REQUIRE(sign().ok());
}

TEST_CASE_METHOD(Keys, "keys: the heartbeat does not go on with a key that is over") {
  install();
  must_accept(deb_release());
  REQUIRE(sign().ok());
  keys.signatures = 0;
  now += kDay;
  expire_at(now);
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}),
                "suite-keys-are-not-over", "expired at");
}

TEST_CASE_METHOD(Keys, "keys: a policy names the agent's keys and no others") {
  std::string rule = "new-keys-are-in-the-agent";
  SECTION("an OpenPGP key that the agent has not") { keys.missing = {kOpenPgpGrip}; }
  SECTION("an APK key that the agent has not") { keys.missing = {rsa_grip()}; }
  SECTION("an OpenPGP key that is over") {
    expire_at(now);
    rule = "new-keys-are-not-over";
  }
  SECTION("the keygrip of another key") {
    Json policy = Json::parse(policy_text);
    policy["apk_keys"][0]["keygrip"] = p256_grip();
    policy_text = policy.dump();
    rule = "keygrips-are-those-of-the-certificates";
  }
  check_refused(*this, ask(install_request()), rule, "");
}

const std::string kFirst(40, '1');
const std::string kSecond(40, '2');

// A key with two subkeys.
class Subkeys : public Keys {
 public:
  Subkeys() {
    for (const std::string& fingerprint : {kFirst, kSecond}) {
      keys.subkeys.push_back(
          {fingerprint, std::string(40, fingerprint[0]), "ed25519", kNow - kDay, 0, true, false});
    }
  }
  void name(const std::string& subkey, const std::string& terminal = "t1") {
    Json policy = Json::parse(policy_text);
    if (terminal != "t1")
      policy["log_keys"][1] = {{"terminal", terminal}, {"key", "ssh-ed25519 BBBB"}};
    policy["signing_subkeys"] = {
        {{"terminal", terminal}, {"key", kFingerprint}, {"subkey", subkey}}};
    policy_text = policy.dump();
  }
  // Who signed the suite.
  std::string signer() {
    const auto signed_suite = sign();
    INFO((signed_suite.ok() ? "" : signed_suite.error().message()));
    REQUIRE(signed_suite.ok());
    const std::string text = signed_suite->body["inrelease"];
    return text.substr(text.find(" by ") + 4, 40);
  }
};

TEST_CASE_METHOD(Subkeys, "subkeys: the primary key signs while no subkey is named") {
  install();
  must_accept(deb_release());
  CHECK(signer() == kFingerprint);
  CHECK(log_text().find(kFirst) == std::string::npos);
  const Json parts = ask({{"type", "keys"}})->body["keys"][0]["parts"];
  REQUIRE(parts.size() == 3);
  CHECK(parts[0]["signs_here"] == true);
  CHECK(parts[1]["signs_here"] == false);
}

TEST_CASE_METHOD(Subkeys, "subkeys: the one that is named for this terminal signs, and no other") {
  name(kSecond);
  install();
  must_accept(deb_release());
  SECTION("and the log says so") {
    CHECK(signer() == kSecond);
    CHECK(log_text().find("\"keys\":[\"" + kFingerprint + "\",\"" + kSecond + "\"]") !=
          std::string::npos);
    CHECK(ask({{"type", "keys"}})->body["keys"][0]["parts"][2]["signs_here"] == true);
  }
  SECTION("nor when it is revoked") {
    keys.subkeys[1].revoked = true;
    check_refused(*this, sign(), "suite-keys-are-not-over", kSecond + ", that is revoked");
  }
  SECTION("nor when it is away") {
    keys.missing = {std::string(40, '2')};
    check_refused(*this, sign(), "suite-keys-are-in-the-agent", "has the subkey " + kSecond);
  }
}

TEST_CASE_METHOD(Subkeys, "subkeys: another terminal's are not used here") {
  name(kSecond, "t2");
  install();
  const Json parts = ask({{"type", "keys"}})->body["keys"][0]["parts"];
  CHECK(parts[0]["signs_here"] == true);
  CHECK(parts[2]["signs_here"] == false);
}

TEST_CASE_METHOD(Subkeys, "subkeys: of several none signs, unless the policy names it") {
  keys.change_key = [](OpenPgpSubkey& key) { key.can_sign = false; };
  SECTION("two that could") {}
  SECTION("a spare does not step in for one that is revoked") { keys.subkeys[0].revoked = true; }
  SECTION("nor for one that is over") { keys.subkeys[0].expires = kNow - 1; }
  SECTION("nor for one that is away") { keys.missing = {std::string(40, '1')}; }
  SECTION("nor where the other is another terminal's") { name(kFirst, "t2"); }
  check_refused(*this, ask(install_request()), "one-part-of-each-new-key-signs",
                "has several subkeys that may sign: " + kFirst + " " + kSecond);
}

TEST_CASE_METHOD(Subkeys, "subkeys: a second one that appears later is not chosen for anybody") {
  keys.change_key = [](OpenPgpSubkey& key) { key.can_sign = false; };
  const OpenPgpSubkey second = keys.subkeys.back();
  keys.subkeys.pop_back();
  install();
  must_accept(deb_release());
  CHECK(ask({{"type", "keys"}})->body["keys"][0]["parts"][1]["signs_here"] == true);
  keys.subkeys.push_back(second);
  keys.signatures = 0;
  check_refused(*this, sign(), "one-part-of-each-key-signs", "has several subkeys");
}

TEST_CASE_METHOD(Subkeys, "subkeys: a policy names parts of the key that may sign") {
  SECTION("a subkey of nobody's") { name(std::string(40, '3')); }
  SECTION("for another terminal") { name(std::string(40, '3'), "t2"); }
  SECTION("one for other uses") {
    name(kFirst);
    keys.subkeys[0].can_sign = false;
  }
  check_refused(*this, ask(install_request()), "subkeys-are-parts-of-their-keys", "has no subkey ");
}

}  // namespace
}  // namespace hallmark::signer_test
