#include "core/bytes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

using namespace hallmark;

TEST_CASE("base64 both ways: the vectors of RFC 4648") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    CHECK(base64_encode(as_bytes(plain)) == encoded);
    const auto decoded = base64_decode(encoded);
    REQUIRE(decoded.ok());
    CHECK(as_text(*decoded) == plain);
  }
}

TEST_CASE("base64 that is not canonical is refused") {
  for (const char* bad :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "====", "Z===", "Zm9v "}) {
    INFO(bad);
    CHECK_FALSE(base64_decode(bad).ok());
  }
}

TEST_CASE("a digest has one spelling") {
  const Sha256Digest empty = sha256("");
  CHECK(empty.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  REQUIRE(Sha256Digest::from_hex(empty.hex()).ok());
  CHECK(*Sha256Digest::from_hex(empty.hex()) == empty);
  CHECK_FALSE(Sha256Digest::from_hex("E3" + empty.hex().substr(2)).ok());
  CHECK_FALSE(Sha256Digest::from_hex(empty.hex().substr(2)).ok());
  CHECK_FALSE(Sha256Digest::from_hex(empty.hex() + "00").ok());
}
