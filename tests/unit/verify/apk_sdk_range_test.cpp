// The range of devices that a verdict is for decides which schemes must be there and good.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

std::string verdict_for(const Buffer& apk, std::optional<uint32_t> min,
                        std::optional<uint32_t> max) {
  return verdict_on(apk, {"", min, max});
}

TestSigner broken(TestSigner signer) {
  signer.forge_signature = [](Buffer& signature) { signature[20] ^= 1; };
  return signer;
}

TEST_CASE("sdk range: schemes that no device of the range knows are not judged") {
  const TestZip zip = write_zip(apk_entries());
  const Buffer bad_v3 = signed_apk(zip, {{rsa_signer()}, {broken(rsa_signer())}, {}});
  CHECK(verdict_for(bad_v3, std::nullopt, std::nullopt) == "V3_SIG_DID_NOT_VERIFY");
  CHECK(verdict_for(bad_v3, 24, 28) == "V3_SIG_DID_NOT_VERIFY");
  CHECK(verdict_for(bad_v3, 24, 27) == "verified");
  const Buffer bad_v2 = signed_apk(zip, {{broken(rsa_signer())}, {rsa_signer()}, {}});
  CHECK(verdict_for(bad_v2, 24, 27) == "V2_SIG_DID_NOT_VERIFY");
  // Deliberately stricter: devices from 28 on would not look at v2.
  CHECK(verdict_for(bad_v2, 28, std::nullopt) == "V2_SIG_DID_NOT_VERIFY");
}

TEST_CASE("sdk range: schemes that a device of the range needs must be there") {
  const TestZip zip = write_zip(apk_entries());
  const Buffer v2 = signed_apk(zip, {{rsa_signer()}, {}, {}});
  CHECK(verdict_for(v2, 24, std::nullopt) == "verified");
  CHECK(verdict_for(v2, 23, std::nullopt) == "JAR_SIG_NO_MANIFEST");
  CHECK(verdict_for(v2, 1, 23) == "JAR_SIG_NO_MANIFEST");
  const Buffer v3 = signed_apk(zip, {{}, {rsa_signer()}, {}});
  CHECK(verdict_for(v3, 28, std::nullopt) == "verified");
  CHECK(verdict_for(v3, 27, std::nullopt) == "V2_SIG_MISSING");
  CHECK(verdict_for(v3, 24, 27) == "JAR_SIG_NO_MANIFEST");
}

TEST_CASE("sdk range: an empty one is refused") {
  const Buffer apk = good_apk();
  CHECK(verdict_for(apk, 30, 29) == "SDK_RANGE_EMPTY");
  CHECK(verdict_for(apk, std::nullopt, 23) == "SDK_RANGE_EMPTY");  // the manifest's minimum is 24
}

TEST_CASE("sdk range: v3 signers must cover it") {
  TestSigner until_32 = rsa_signer();
  until_32.max_sdk = 32;
  const TestZip zip = write_zip(apk_entries({.min_sdk = 28}));
  const Buffer apk = signed_apk(zip, {{}, {until_32}, {}});
  CHECK(verdict_for(apk, 28, 32) == "verified");
  CHECK(verdict_for(apk, 28, 33) == "V3_MISSING_SDK_VERSIONS");
  TestSigner from_30 = rsa_signer();
  from_30.min_sdk = 30;
  const Buffer newer = signed_apk(zip, {{}, {from_30}, {}});
  CHECK(verdict_for(newer, std::nullopt, std::nullopt) == "V3_MISSING_SDK_VERSIONS");
  CHECK(verdict_for(newer, 30, std::nullopt) == "verified");
}

TEST_CASE("sdk range: verity signatures alone are not for devices below 28") {
  TestSigner verity = rsa_signer();
  verity.algorithm.id = 0x0421;
  std::vector<TestEntry> entries = apk_entries();
  const std::size_t size = write_zip(entries).entries.size();
  // Fill up to a multiple of 4096.
  const std::size_t header = write_zip({stored("z", {})}).entries.size();
  entries.push_back(stored("z", pattern(2 * 4096 - (size + header) % 4096)));
  const TestZip zip = write_zip(entries);
  REQUIRE(zip.entries.size() % 4096 == 0);
  std::vector<Pair> pairs = {{kV2, scheme_value(kV2, zip, {verity})}};
  const auto padded = [&](std::size_t more) {
    std::vector<Pair> all = pairs;
    const std::size_t unpadded = signing_block(pairs).size() + 12;
    all.push_back({0x42726577, Buffer(4096 - unpadded % 4096 + more)});
    return zip.file(signing_block(all));
  };
  CHECK(verdict_for(padded(0), 28, std::nullopt) == "verified");
  CHECK(verdict_for(padded(0), 24, std::nullopt) == "V2_SIG_NO_SUPPORTED_SIGNATURES");
  // A block that is no multiple of 4096 has no tree.
  CHECK(verdict_for(padded(1), 28, std::nullopt) == "V2_SIG_APK_DIGEST_DID_NOT_VERIFY");
}

}  // namespace
}  // namespace hallmark::apk_test
