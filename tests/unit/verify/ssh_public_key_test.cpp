#include "verify/ssh_public_key.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"
#include "verify/ssh_signature.hpp"

namespace {

using namespace hallmark;
using namespace hallmark::ssh_test;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

bool parses(const std::string& line) { return SshPublicKey::parse(line).ok(); }
bool is_key(const std::string& blob) { return SshPublicKey::from_blob(blob).ok(); }

std::string rsa_blob(const std::string& exponent, const std::string& modulus) {
  return ssh_string("ssh-rsa") + ssh_string(exponent) + ssh_string(modulus);
}

std::string ecdsa_blob(const std::string& type, const std::string& curve,
                       const std::string& point) {
  return ssh_string("ecdsa-sha2-" + type) + ssh_string(curve) + ssh_string(point);
}

const std::string kPoint = "\x04" + std::string(64, '\x22');  // uncompressed, on no curve

}  // namespace

TEST_CASE("ssh public key: a line of ssh-keygen, its fingerprint and its line again") {
  const TestFolder folder;
  run_tool("/usr/bin/ssh-keygen",
           {"-q", "-t", "ecdsa", "-b", "384", "-N", "", "-C", "a b c", "-f", folder.path("key")});
  const std::string line = folder.read("key.pub");
  const auto key = SshPublicKey::parse(line);
  REQUIRE(key.ok());
  CHECK(key->type == "ecdsa-sha2-nistp384");
  CHECK(line == key->openssh() + " a b c\n");
  const std::string shown = run_tool("/usr/bin/ssh-keygen", {"-l", "-f", folder.path("key.pub")});
  CHECK(shown.find(' ' + key->fingerprint() + ' ') != std::string::npos);
}

TEST_CASE("ssh public key: lines that are refused") {
  const std::string blob = SoftKey(SoftKind::kEd25519).public_blob();
  const std::string encoded = base64_encode(as_bytes(blob));
  REQUIRE(parses("ssh-ed25519 " + encoded));
  CHECK_FALSE(parses(""));
  CHECK_FALSE(parses(encoded));
  CHECK_FALSE(parses("ssh-ed25519"));
  CHECK_FALSE(parses("ssh-ed25519 "));
  CHECK_FALSE(parses("ssh-ed25519  " + encoded));
  CHECK_FALSE(parses(" ssh-ed25519 " + encoded));
  CHECK_FALSE(parses("ssh-rsa " + encoded));  // the line and the blob disagree
  CHECK_FALSE(parses("restrict ssh-ed25519 " + encoded));
  CHECK_FALSE(parses("ssh-ed25519 " + encoded + "\nssh-ed25519 " + encoded));
  CHECK_FALSE(parses("ssh-ed25519 " + encoded.substr(0, encoded.size() - 1)));
  CHECK_FALSE(parses("ssh-ed25519 " + encoded + ' ' + std::string(20000, 'x')));
}

TEST_CASE("ssh public key: certificates and DSA are not keys") {
  const TestFolder folder;
  for (const char* name : {"ca", "key"}) {
    run_tool("/usr/bin/ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", folder.path(name)});
  }
  run_tool("/usr/bin/ssh-keygen",
           {"-q", "-s", folder.path("ca"), "-I", "id", folder.path("key.pub")});
  CHECK_FALSE(parses(folder.read("key-cert.pub")));
  CHECK_FALSE(is_key(ssh_string("ssh-dss") + mpint("\x11") + mpint("\x11")));
}

TEST_CASE("ssh public key: RSA numbers") {
  const std::string modulus = "\x7f" + std::string(384, '\x11');  // 3079 bits, odd
  const std::string exponent("\x01\x00\x01", 3);
  REQUIRE(is_key(rsa_blob(exponent, modulus)));
  CHECK_FALSE(is_key(rsa_blob("\x01", modulus)));
  CHECK_FALSE(is_key(rsa_blob("\x02", modulus)));
  CHECK_FALSE(is_key(rsa_blob("", modulus)));
  CHECK_FALSE(is_key(rsa_blob(std::string(9, '\x11'), modulus)));
  CHECK_FALSE(is_key(rsa_blob(exponent, "")));
  CHECK_FALSE(is_key(rsa_blob(exponent, "\x7f" + std::string(383, '\x11') + '\x10')));  // even
  CHECK_FALSE(is_key(rsa_blob(exponent, std::string(384, '\x91'))));                    // negative
  CHECK_FALSE(is_key(rsa_blob(exponent, std::string(2, '\0') + modulus)));              // padded
  CHECK_FALSE(is_key(rsa_blob(exponent, std::string(3000, '\x11'))));  // 24,000 bits
  // 3071 bits is too few, 3072 enough.
  CHECK_FALSE(is_key(rsa_blob(exponent, "\x7f" + std::string(383, '\x11'))));
  CHECK(is_key(rsa_blob(exponent, std::string("\0\x80", 2) + std::string(383, '\x11'))));
}

TEST_CASE("ssh public key: points") {
  REQUIRE(is_key(ecdsa_blob("nistp256", "nistp256", kPoint)));
  CHECK_FALSE(is_key(ecdsa_blob("nistp256", "nistp384", kPoint)));
  CHECK_FALSE(is_key(ecdsa_blob("nistp384", "nistp384", kPoint)));
  CHECK_FALSE(is_key(ecdsa_blob("nistp256", "nistp256", kPoint.substr(1))));
  CHECK_FALSE(is_key(ecdsa_blob("nistp256", "nistp256", "\x02" + kPoint.substr(1))));
  CHECK_FALSE(is_key(ecdsa_blob("nistp256", "nistp256", std::string(1, '\0'))));
  CHECK_FALSE(is_key(ecdsa_blob("nistp256", "nistp256", "")));
  CHECK_FALSE(is_key(ssh_string("ssh-ed25519") + ssh_string(std::string(31, 'x'))));
  CHECK_FALSE(is_key(ssh_string("ssh-ed25519") + ssh_string(std::string(33, 'x'))));
}

TEST_CASE("ssh public key: a point that is not on its curve verifies nothing") {
  const auto key = SshPublicKey::from_blob(ecdsa_blob("nistp256", "nistp256", kPoint));
  REQUIRE(key.ok());
  const std::string numbers =
      ssh_string(std::string(32, '\x11')) + ssh_string(std::string(32, '\x11'));
  const std::string signature = ssh_string("ecdsa-sha2-nistp256") + ssh_string(numbers);
  const auto status = verify_ssh_signature(*key, signature, "message");
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().cause == "has a key that is not on its curve");
}
