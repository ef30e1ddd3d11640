#include "cli/key_revocation.hpp"

#include <catch2/catch.hpp>

namespace hallmark {
namespace {

const std::string kPrimary(40, 'A');
const std::string kSubkey(40, 'B');

std::string fpr(const std::string& fingerprint) { return "fpr:::::::::" + fingerprint + ":\n"; }

}  // namespace

TEST_CASE("the parts of a key are listed with what was revoked") {
  const std::string listed =
      "tru::1:1795434248:0:3:1:5\npub:u:255:22:AAAA:1795434248:::u:::scSC:\n" + fpr(kPrimary) +
      "uid:u::::1795434248::X::x::::::::::0:\n" + "sub:r:255:22:BBBB:1795434248::::::s:\n" +
      fpr(kSubkey);
  const std::vector<ListedKey> parts = parse_listed_keys(listed);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].primary);
  CHECK_FALSE(parts[0].revoked);
  CHECK(parts[0].fingerprint == kPrimary);
  CHECK_FALSE(parts[1].primary);
  CHECK(parts[1].revoked);
  CHECK(parts[1].fingerprint == kSubkey);
}

TEST_CASE("a listing that is cut short names no part by another's fingerprint") {
  const std::vector<ListedKey> parts =
      parse_listed_keys("pub:u:255\nfpr:::::\nsub\n" + fpr(kSubkey) + fpr(kPrimary));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].fingerprint == kSubkey);  // the first that a part has is its own
  CHECK(parse_listed_keys(fpr(kPrimary)).empty());
  CHECK(parse_listed_keys("").empty());
}

}  // namespace hallmark
