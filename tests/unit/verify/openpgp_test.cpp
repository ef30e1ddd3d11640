#include "verify/openpgp.hpp"

#include "tests/unit/verify/gpg_fixtures.hpp"

using namespace hallmark;
using hallmark::test::GpgHome;

namespace {

constexpr const char* kText = "Origin: example\nSuite: stable\n";

std::string cause(const Result<Clearsigned>& result) {
  REQUIRE(!result.ok());
  CHECK(result.error().kind == ErrorKind::kVerification);
  return result.error().cause;
}

}  // namespace

TEST_CASE("a clearsigned text is good under a binary and under an armoured keyring") {
  const GpgHome home;
  const std::string alice = home.make_key("alice");
  const std::string bob = home.make_key("bob");
  const std::string message = home.clearsign(alice, kText);
  for (const bool armoured : {false, true}) {
    const std::string keyring = home.keyring(armoured ? "k.asc" : "k.gpg", {bob, alice}, armoured);
    const auto good = verify_clearsigned(message, {keyring}, "message");
    REQUIRE(good.ok());
    CHECK(good->text == kText);
    REQUIRE(good->signatures.size() == 1);
    CHECK(good->signatures[0].fingerprint == alice);
    CHECK(good->signatures[0].created > 1'700'000'000);
  }
}

TEST_CASE("a key may be in any of several keyrings, and an unknown second key is no harm") {
  const GpgHome home;
  const std::string alice = home.make_key("alice");
  const std::string bob = home.make_key("bob");
  const std::string message = home.clearsign(alice, kText, {"--local-user", bob});
  const std::string of_alice = home.keyring("alice.gpg", {alice});
  const std::string of_bob = home.keyring("bob.gpg", {bob});
  REQUIRE(verify_clearsigned(message, {of_alice, of_bob}, "message")->signatures.size() == 2);
  const auto one = verify_clearsigned(message, {of_bob}, "message");
  REQUIRE(one.ok());
  CHECK(one->signatures[0].fingerprint == bob);
}

TEST_CASE("forged clearsigned texts are refused") {
  const GpgHome home;
  const std::string alice = home.make_key("alice");
  const std::string mallory = home.make_key("mallory");
  const std::string keyring = home.keyring("alice.gpg", {alice});
  std::string message = home.clearsign(alice, kText);

  SECTION("a changed byte") {
    message.replace(message.find("stable"), 6, "stab1e");
    CHECK(cause(verify_clearsigned(message, {keyring}, "message")) == "has a bad signature");
  }
  SECTION("a key that is not in the keyring") {
    message = home.clearsign(mallory, kText);
    CHECK(cause(verify_clearsigned(message, {keyring}, "message")).find("not in the keyring") !=
          std::string::npos);
  }
  SECTION("no signature") {
    CHECK(cause(verify_clearsigned(kText, {keyring}, "message")).find("not a clearsigned") !=
          std::string::npos);
  }
  SECTION("text before the signed part") {
    CHECK(!verify_clearsigned("Suite: evil\n" + message, {keyring}, "message").ok());
  }
  SECTION("text after the signed part is not part of what comes out") {
    const auto good = verify_clearsigned(message + "Suite: evil\n", {keyring}, "message");
    if (good.ok()) CHECK(good->text == kText);
  }
  SECTION("two signed texts") {
    const auto two = verify_clearsigned(message + message, {keyring}, "message");
    if (two.ok()) CHECK(two->text == kText);
  }
  SECTION("a signature made with SHA-1") {
    message = home.clearsign(alice, kText, {"--digest-algo", "SHA1"});
    CHECK(!verify_clearsigned(message, {keyring}, "message").ok());
  }
}

TEST_CASE("a key that has expired since is accepted only where that is asked for") {
  const GpgHome home;
  const std::string key =
      home.make_key("alice", {"--faked-system-time", "20200101T000000!"}, "2021-01-01");
  const std::string message =
      home.clearsign(key, kText, {"--faked-system-time", "20200601T000000!"});
  const std::string keyring = home.keyring("alice.gpg", {key});
  CHECK(cause(verify_clearsigned(message, {keyring}, "message")).find("expired") !=
        std::string::npos);
  const auto earlier =
      verify_clearsigned(message, {keyring}, "message", ExpiredKeys::kAcceptEarlierSignatures);
  REQUIRE(earlier.ok());
  CHECK(earlier->signatures[0].created == 1'590'969'600);
}

TEST_CASE("detached signatures") {
  const GpgHome home;
  const std::string alice = home.make_key("alice");
  const std::string keyring = home.keyring("alice.gpg", {alice});
  const std::string signature =
      home.gpg({"--local-user", alice, "--detach-sign", "--output", "-"}, kText);
  const auto good = verify_detached(kText, signature, {keyring}, "file");
  REQUIRE(good.ok());
  CHECK(good->front().fingerprint == alice);
  CHECK(!verify_detached("other", signature, {keyring}, "file").ok());
  CHECK(!verify_detached(kText, "", {keyring}, "file").ok());
}

TEST_CASE("a detached signature over text counts for nothing") {
  const GpgHome home;
  const std::string alice = home.make_key("alice");
  const std::string keyring = home.keyring("alice.gpg", {alice});
  const std::string signature =
      home.gpg({"--local-user", alice, "--textmode", "--detach-sign", "--output", "-"}, kText);
  // It holds for other bytes, too.
  for (const char* bytes : {kText, "Origin: example\r\nSuite: stable\r\n"}) {
    const auto judged = verify_detached(bytes, signature, {keyring}, "file");
    REQUIRE(!judged.ok());
    CHECK(judged.error().kind == ErrorKind::kVerification);
    CHECK(judged.error().cause.find("not over the bytes") != std::string::npos);
  }
}

TEST_CASE("a keyring must be named, absolute, and there") {
  CHECK(!verify_detached("a", "b", {}, "file").ok());
  CHECK(!verify_detached("a", "b", {"keyring.gpg"}, "file").ok());
  CHECK(!verify_detached("a", "b", {"/nonexistent/keyring.gpg"}, "file").ok());
}

TEST_CASE("keyrings that are neither binary nor armoured are refused") {
  CHECK(!dearmor_keyring("", "keyring").ok());
  CHECK(!dearmor_keyring("hello\n", "keyring").ok());
  CHECK(!dearmor_keyring("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", "keyring").ok());
  const auto blocks = dearmor_keyring(
      "comment\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nQUJD\n=AAAA\n"
      "-----END PGP PUBLIC KEY BLOCK-----\n-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nREVG\r\n"
      "-----END PGP PUBLIC KEY BLOCK-----\r\n",
      "keyring");
  REQUIRE(blocks.ok());
  CHECK(*blocks == "ABCDEF");
}
