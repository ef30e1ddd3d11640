// Forgeries inside the signing block: every structure that schemes v2 and v3 sign, or fail to.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark::apk_test {
namespace {

using Change = std::function<void(TestSigner&)>;

// An APK of one scheme alone (minSdk 28, where either is enough), its signer changed.
std::string verdict_with(uint32_t scheme, const Change& change) {
  TestSigner signer = rsa_signer();
  change(signer);
  const TestZip zip = write_zip(apk_entries({.min_sdk = 28}));
  return verdict_on(scheme == kV2 ? signed_apk(zip, {{signer}, {}, {}})
                                  : signed_apk(zip, {{}, {signer}, {}}));
}

// The same forgery must be refused in both schemes, each under its own code.
void check_both(const char* name, const char* suffix, const Change& change) {
  INFO(name);
  CHECK(verdict_with(kV2, change) == std::string("V2_SIG_") + suffix);
  CHECK(verdict_with(kV3, change) == std::string("V3_SIG_") + suffix);
}

void flip(Buffer& bytes, std::size_t at) { bytes.at(at) ^= 1; }

TEST_CASE("apk: every supported algorithm verifies, in both schemes") {
  const std::vector<Algorithm> algorithms = {
      {0x0101, HashAlgorithm::kSha256, true},  {0x0102, HashAlgorithm::kSha512, true},
      {0x0103, HashAlgorithm::kSha256, false}, {0x0104, HashAlgorithm::kSha512, false},
      {0x0201, HashAlgorithm::kSha256, false}, {0x0202, HashAlgorithm::kSha512, false},
      {0x0301, HashAlgorithm::kSha256, false}};
  for (const Algorithm& algorithm : algorithms) {
    INFO(algorithm.id);
    const auto use = [&](TestSigner& signer) {
      signer.algorithm = algorithm;
      if (algorithm.id >= 0x0200) signer.key = &shared_p256();
      if (algorithm.id >= 0x0300) signer.key = &shared_dsa_1024();
    };
    CHECK(verdict_with(kV2, use) == "verified");
    CHECK(verdict_with(kV3, use) == "verified");
  }
}

TEST_CASE("apk: keys that are not supported") {
  const TestKey secp256k1 = TestKey::ec("secp256k1");
  const TestKey small = TestKey::rsa(512);
  check_both("another curve", "MALFORMED_PUBLIC_KEY", [&](TestSigner& s) {
    s.key = &secp256k1;
    s.algorithm.id = 0x0201;
  });
  check_both("RSA of 512 bits", "MALFORMED_PUBLIC_KEY", [&](TestSigner& s) { s.key = &small; });
  check_both("an RSA algorithm with an EC key", "MALFORMED_PUBLIC_KEY",
             [](TestSigner& s) { s.key = &shared_p256(); });
}

TEST_CASE("apk: RSA with an exponent that Android does not accept") {
  const auto accepted = [](const Buffer& spki) { return PublicKey::parse(spki).ok(); };
  constexpr uint64_t k33Bits = uint64_t{1} << 33U;
  CHECK(accepted(TestKey::rsa_with_exponent(3).spki()));
  CHECK(accepted(TestKey::rsa_with_exponent(k33Bits - 1).spki()));
  CHECK_FALSE(accepted(TestKey::rsa_with_exponent(k33Bits + 1).spki()));
  Buffer even = shared_rsa_2048().spki();
  even.back() = 0;
  CHECK_FALSE(accepted(even));
  const TestKey key = TestKey::rsa_with_exponent(k33Bits + 1);
  check_both("signed with it", "MALFORMED_PUBLIC_KEY",
             [&](TestSigner& signer) { signer.key = &key; });
}

TEST_CASE("apk: signatures") {
  check_both("a flipped bit in the signature", "DID_NOT_VERIFY", [](TestSigner& s) {
    s.forge_signature = [](Buffer& signature) { flip(signature, 100); };
  });
  check_both("an empty signature", "DID_NOT_VERIFY", [](TestSigner& s) {
    s.forge_signature = [](Buffer& signature) { signature.clear(); };
  });
  check_both("a flipped bit in the signed data", "DID_NOT_VERIFY",
             [](TestSigner& s) { s.forge_signed_data = [](Buffer& data) { flip(data, 30); }; });
  check_both("another algorithm of the same family", "DID_NOT_VERIFY",
             [](TestSigner& s) { s.signature_algorithms = {0x0101}; });
  check_both("a bad signature after a good one", "DID_NOT_VERIFY", [](TestSigner& s) {
    s.digest_algorithms = s.signature_algorithms = {0x0103, 0x0104};
  });
  check_both("only unknown algorithms", "NO_SUPPORTED_SIGNATURES", [](TestSigner& s) {
    s.digest_algorithms = s.signature_algorithms = {0x0105, 0x0422};
  });
  check_both("another key in the signatures record", "DID_NOT_VERIFY",
             [](TestSigner& s) { s.spki = TestKey::rsa(2048).spki(); });
  check_both("bytes after the public key's DER", "MALFORMED_PUBLIC_KEY", [](TestSigner& s) {
    s.spki = join({s.key->spki(), {0}});
  });
}

TEST_CASE("apk: an unknown algorithm beside a known one is a warning") {
  TestSigner signer = rsa_signer();
  signer.digest_algorithms = signer.signature_algorithms = {0x0103, 0x0422};
  const UniqueFd fd =
      memory_file(signed_apk(write_zip(apk_entries({.min_sdk = 28})), {{}, {signer}, {}}));
  const auto report = verify_apk(fd.get(), {"test.apk", std::nullopt});
  REQUIRE(report.ok());
  CHECK(report->verified);
  REQUIRE(report->warnings.size() == 1);
  CHECK(report->warnings[0].code == "V3_SIG_UNKNOWN_SIG_ALGORITHM");
}

TEST_CASE("apk: digest list and signature list out of step") {
  const char* code = "SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS";
  check_both("more digests", code, [](TestSigner& s) { s.digest_algorithms = {0x0103, 0x0104}; });
  check_both("another digest", code, [](TestSigner& s) { s.digest_algorithms = {0x0101}; });
  check_both("another order", code, [](TestSigner& s) {
    s.digest_algorithms = {0x0422, 0x0103};
    s.signature_algorithms = {0x0103, 0x0422};
  });
  check_both("more signatures", code, [](TestSigner& s) {
    s.signature_algorithms = {0x0103, 0x0422};
  });
}

TEST_CASE("apk: certificates") {
  const TestKey other = TestKey::rsa(2048);
  check_both("swapped for another's",
             "PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
             [&](TestSigner& s) { s.certificates = {other.certificate()}; });
  check_both("another's first, the signer's second",
             "PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD", [&](TestSigner& s) {
               s.certificates = {other.certificate(), s.key->certificate()};
             });
  check_both("not X.509", "MALFORMED_CERTIFICATE",
             [](TestSigner& s) { s.certificates = {pattern(500)}; });
  check_both("empty", "MALFORMED_CERTIFICATE", [](TestSigner& s) { s.certificates = {Buffer{}}; });
  check_both("bytes after the DER", "MALFORMED_CERTIFICATE", [](TestSigner& s) {
    s.certificates = {join({s.key->certificate(), {0}})};
  });
  check_both("a bad one behind a good one", "MALFORMED_CERTIFICATE", [](TestSigner& s) {
    s.certificates = {s.key->certificate(), pattern(5)};
  });
}

TEST_CASE("apk: content digests") {
  check_both("a flipped bit, then signed", "APK_DIGEST_DID_NOT_VERIFY", [](TestSigner& s) {
    s.forge_content_digest = [](Buffer& digest) { flip(digest, 0); };
  });
  check_both("cut short, then signed", "APK_DIGEST_DID_NOT_VERIFY", [](TestSigner& s) {
    s.forge_content_digest = [](Buffer& digest) { digest.resize(20); };
  });
  check_both("empty, then signed", "APK_DIGEST_DID_NOT_VERIFY", [](TestSigner& s) {
    s.forge_content_digest = [](Buffer& digest) { digest.clear(); };
  });
}

TEST_CASE("apk: a flipped bit in each section of the contents") {
  const Buffer good = good_apk();
  const TestZip zip = write_zip(apk_entries());
  Buffer forged = good;
  // Each in a place that the ZIP reader has no opinion on.
  flip(forged, write_zip({apk_entries()[0]}).entries.size() + 100);  // the DEX's data
  CHECK(verdict_on(forged) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  forged = good;
  flip(forged, good.size() - 22 - zip.directory.size() + 4);  // "version made by"
  CHECK(verdict_on(forged) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  TestZip commented = zip;
  commented.comment = pattern(10);
  forged = signed_apk(commented, {{v2_with_strip_protection()}, {rsa_signer()}, {}});
  CHECK(verdict_on(forged) == "verified");
  flip(forged, forged.size() - 1);
  CHECK(verdict_on(forged) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("apk: no flipped bit anywhere is accepted") {
  // The entries and the directory are covered above and by digests: here, every byte of the block.
  const TestZip zip = write_zip(apk_entries({}, 100));
  const Buffer good = signed_apk(zip, {{v2_with_strip_protection()}, {rsa_signer()}, {}});
  for (std::size_t at = zip.entries.size(); at < good.size(); ++at) {
    Buffer forged = good;
    forged[at] = static_cast<uint8_t>(forged[at] ^ (1U << (at % 8)));
    INFO("byte " << at - zip.entries.size() << " after the entries");
    CHECK(verdict_on(forged) != "verified");
  }
}

TEST_CASE("apk: stripped schemes") {
  const TestZip zip = write_zip(apk_entries());
  CHECK(verdict_on(signed_apk(zip, {{v2_with_strip_protection()}, {}, {}})) ==
        "V2_SIG_MISSING_APK_SIG_REFERENCED");
  CHECK(verdict_on(signed_apk(zip, {{rsa_signer()}, {}, {}})) == "verified");
  CHECK(verdict_on(signed_apk(zip, {{}, {rsa_signer()}, {}})) == "V2_SIG_MISSING");
  CHECK(verdict_on(zip.file()) == "JAR_SIG_NO_MANIFEST");
  const TestZip newer = write_zip(apk_entries({.min_sdk = 28}));
  CHECK(verdict_on(signed_apk(newer, {{}, {rsa_signer()}, {}})) == "verified");
  const TestZip older = write_zip(apk_entries({.min_sdk = 23}));
  CHECK(verdict_on(signed_apk(older, {{rsa_signer()}, {rsa_signer()}, {}})) ==
        "JAR_SIG_NO_MANIFEST");
}

TEST_CASE("apk: strip protection and other attributes") {
  const auto with = [](uint32_t id, Buffer value) {
    return [=](TestSigner& s) { s.attributes = {{id, value}}; };
  };
  CHECK(verdict_with(kV2, with(0xbeeff00d, {3, 0, 0})) == "V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE");
  CHECK(verdict_with(kV2, with(0xbeeff00d, {3, 0, 0, 0, 0})) ==
        "V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE");
  CHECK(verdict_with(kV2, with(0xbeeff00d, u32_bytes(99))) == "verified");  // a warning
  CHECK(verdict_with(kV2, with(0x12345678, {})) == "verified");             // a warning
  CHECK(verdict_with(kV3, with(0x12345678, {})) == "verified");             // a warning
  CHECK(verdict_with(kV3, with(0xc2a6b3ba, {})) == "verified");  // a warning: it is v3.1's
  check_both("one twice", "MALFORMED_ADDITIONAL_ATTRIBUTE", [](TestSigner& s) {
    s.attributes = {{0x12345678, {}}, {0x12345678, {}}};
  });
}

TEST_CASE("apk: v3's SDK ranges") {
  const auto v3 = [](const Change& change) { return verdict_with(kV3, change); };
  CHECK(v3([](TestSigner& s) { s.outer_min_change = 1; }) ==
        "V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
  CHECK(v3([](TestSigner& s) { s.outer_max_change = -1; }) ==
        "V3_MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
  CHECK(v3([](TestSigner& s) { s.min_sdk = 29; }) == "V3_MISSING_SDK_VERSIONS");
  CHECK(v3([](TestSigner& s) { s.min_sdk = 28; }) == "verified");
  CHECK(v3([](TestSigner& s) { s.max_sdk = 32; }) == "V3_MISSING_SDK_VERSIONS");
  CHECK(v3([](TestSigner& s) {
          s.min_sdk = 40;
          s.max_sdk = 30;
        }) == "V3_SIG_INVALID_SDK_VERSIONS");
}

TEST_CASE("apk: several signers") {
  const TestZip zip = write_zip(apk_entries({.min_sdk = 28}));
  CHECK(verdict_on(signed_apk(zip, {{rsa_signer(), ec_signer()}, {}, {}})) == "verified");
  TestSigner bad = ec_signer();
  bad.forge_content_digest = [](Buffer& digest) { flip(digest, 3); };
  CHECK(verdict_on(signed_apk(zip, {{rsa_signer(), bad}, {}, {}})) ==
        "V2_SIG_APK_DIGEST_DID_NOT_VERIFY");
  CHECK(verdict_on(signed_apk(zip, {std::vector<TestSigner>(10, rsa_signer()), {}, {}})) ==
        "verified");
  CHECK(verdict_on(signed_apk(zip, {std::vector<TestSigner>(11, rsa_signer()), {}, {}})) ==
        "V2_SIG_TOO_MANY_SIGNERS");
  CHECK(verdict_on(signed_apk(zip, {{}, {rsa_signer(), ec_signer()}, {}})) ==
        "V3_INCONSISTENT_SDK_VERSIONS");
  CHECK(verdict_on(signed_apk(zip, {{ec_signer()}, {rsa_signer()}, {}})) ==
        "V3_SIG_PAST_SIGNERS_MISMATCH");
  CHECK(verdict_on(signed_apk(zip, {{rsa_signer(), ec_signer()}, {rsa_signer()}, {}})) ==
        "V3_SIG_MULTIPLE_PAST_SIGNERS");
}

TEST_CASE("apk: bytes after a structure's end") {
  check_both("after the signer", "MALFORMED_SIGNER",
             [](TestSigner& s) { s.signer_tail = u32_bytes(0); });
  check_both("after the signed data", "MALFORMED_SIGNER",
             [](TestSigner& s) { s.signed_data_tail = u32_bytes(1); });
  CHECK(verdict_with(kV2, [](TestSigner& s) { s.signed_data_tail = u32_bytes(0); }) == "verified");
  CHECK(verdict_with(kV3, [](TestSigner& s) { s.signed_data_tail = u32_bytes(0); }) ==
        "V3_SIG_MALFORMED_SIGNER");
}

}  // namespace
}  // namespace hallmark::apk_test
