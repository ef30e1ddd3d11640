// What the agent's answer becomes. That gpg and gpgv accept it: gpg_keys_test.
#include "signer/openpgp_signature.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

OpenPgpSubkey signer_of(const std::string& algorithm) {
  OpenPgpSubkey key;
  key.fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567";
  key.algorithm = algorithm;
  return key;
}

OpenPgpSignature started(const std::string& algorithm) {
  auto out = start_signature(OpenPgpForm::kDetached, "text", signer_of(algorithm), 1795000000);
  REQUIRE(out.ok());
  return *out;
}

TEST_CASE("openpgp: numbers lose their leading zeros") {
  using namespace std::string_literals;
  const auto packet =
      finish_signature(started("ed25519"), "(7:sig-val(5:eddsa(1:r3:\0\0\x05)(1:s2:\x80\x01)))"s);
  REQUIRE(packet.ok());
  CHECK(packet->ends_with("\x00\x03\x05\x00\x10\x80\x01"s));
}

TEST_CASE("openpgp: the time is that of the signature, and the digest depends on it") {
  const auto at = [](int64_t time) {
    return start_signature(OpenPgpForm::kDetached, "text", signer_of("ed25519"), time)->digest;
  };
  CHECK(at(1).size() == 64);
  CHECK(at(1) == at(1));
  CHECK(at(1) != at(2));
}

TEST_CASE("openpgp: answers that are no signature of the key") {
  for (const char* answer : {
           "",
           "(7:sig-val)",
           "5:eddsa",
           "(7:sig-val(3:rsa(1:s1:a)))",
           "(7:sig-val(5:eddsa(1:r1:a)))",
           "(7:sig-val(5:eddsa(1:r1:a)(1:s)))",
           "(7:sig-val(5:eddsa(1:r1:a)(1:s(1:a))))",
           "(7:enc-val(5:eddsa(1:r1:a)(1:s1:a)))",
           "(7:sig-val(5:eddsa(1:r1:a)(1:s1:a)))x",
       }) {
    INFO(answer);
    CHECK_FALSE(finish_signature(started("ed25519"), answer).ok());
  }
  const std::string huge = "(7:sig-val(3:rsa(1:s1025:" + std::string(1025, 'a') + ")))";
  CHECK_FALSE(finish_signature(started("rsa4096"), huge).ok());
}

TEST_CASE("openpgp: keys of a kind that nothing is signed with") {
  for (const char* algorithm : {"dsa1024", "cv25519", "ed448", ""}) {
    CHECK_FALSE(start_signature(OpenPgpForm::kDetached, "a", signer_of(algorithm), 1).ok());
  }
}

}  // namespace
}  // namespace hallmark
