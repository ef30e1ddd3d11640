// Rotated keys: v3 with a lineage, v3.1 beside v3, and their forgeries.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_lineage_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

constexpr uint32_t kLineageId = 0x3ba06f8c;
constexpr uint32_t kRotationMinSdkId = 0x559f8b02;
constexpr uint32_t kDevReleaseId = 0xc2a6b3ba;
constexpr uint32_t kAll = 0x7fffffff;

TestSigner ec_signer_with(const TestKey& key) {
  TestSigner signer = ec_signer();
  signer.key = &key;
  return signer;
}
std::pair<uint32_t, Buffer> lineage_attribute(const std::vector<const TestKey*>& keys) {
  return {kLineageId, encode_lineage(lineage_of(keys))};
}

// The usual rotation: the old key signs v2 and, for SDK 24 to 32, v3; the new one v3.1.
struct Rotation {
  TestSigner v2 = v2_with_strip_protection();
  TestSigner v3 = rsa_signer();
  TestSigner v31 = ec_signer_with(rotated_key());

  Rotation() {
    v3.max_sdk = 32;
    v3.attributes = {{kRotationMinSdkId, u32_bytes(33)}};
    v31.min_sdk = 33;
    v31.attributes = {lineage_attribute({&shared_rsa_2048(), &rotated_key()})};
  }
  Buffer apk() const { return signed_apk(write_zip(apk_entries()), {{v2}, {v3}, {}, {v31}}); }
};

std::string verdict_after(const std::function<void(Rotation&)>& forge,
                          const ApkVerifyOptions& how = {}) {
  Rotation rotation;
  forge(rotation);
  return verdict_on(rotation.apk(), how);
}

TEST_CASE("rotation: v3.1 beside v3") {
  const UniqueFd fd = memory_file(Rotation().apk());
  const auto report = verify_apk(fd.get(), {"test.apk"});
  REQUIRE(report.ok());
  CHECK(report->verified);
  CHECK(report->warnings.empty());
  CHECK(report->schemes == std::vector<std::string>{"v2", "v3", "v3.1"});
  REQUIRE(report->signers.size() == 3);
  CHECK(report->signers[2].scheme == "v3.1");
  CHECK(report->signers[2].key == "EC 256");
  REQUIRE(report->lineage.size() == 2);
  CHECK(report->lineage[0].certificate_sha256 == report->signers[0].certificate_sha256);
  CHECK(report->lineage[1].certificate_sha256 == report->signers[2].certificate_sha256);
  CHECK(report->lineage[0].capabilities ==
        std::vector<std::string>{"installed-data", "shared-uid", "permission", "auth"});
  CHECK(to_json(*report)["lineage"].size() == 2);
}

TEST_CASE("rotation: in v3 alone") {
  TestSigner v3 = ec_signer_with(newest_key());
  v3.attributes = {lineage_attribute({&shared_rsa_2048(), &rotated_key(), &newest_key()})};
  const TestZip zip = write_zip(apk_entries());
  CHECK(verdict_on(signed_apk(zip, {{v2_with_strip_protection()}, {v3}, {}})) == "verified");
  // The v2 signer must be the oldest.
  CHECK(verdict_on(signed_apk(zip, {{ec_signer_with(rotated_key())}, {v3}, {}})) ==
        "V3_SIG_PAST_SIGNERS_MISMATCH");
  CHECK(verdict_on(signed_apk(zip, {{ec_signer_with(newest_key())}, {v3}, {}})) ==
        "V3_SIG_PAST_SIGNERS_MISMATCH");
  CHECK(verdict_on(signed_apk(zip, {{ec_signer()}, {v3}, {}})) == "V3_SIG_PAST_SIGNERS_MISMATCH");
}

TEST_CASE("rotation: several v3 signers, each for its devices") {
  TestSigner old = rsa_signer();
  old.max_sdk = 29;
  TestSigner middle = ec_signer_with(rotated_key());
  middle.min_sdk = 30;
  middle.attributes = {lineage_attribute({&shared_rsa_2048(), &rotated_key()})};
  const TestZip zip = write_zip(apk_entries());
  const auto verdict = [&](const TestSigner& a, const TestSigner& b) {
    return verdict_on(signed_apk(zip, {{rsa_signer()}, {a, b}, {}}));
  };
  CHECK(verdict(old, middle) == "verified");
  CHECK(verdict(middle, old) == "verified");
  TestSigner gap = middle;
  gap.min_sdk = 31;
  CHECK(verdict(old, gap) == "V3_INCONSISTENT_SDK_VERSIONS");
  gap.min_sdk = 29;
  CHECK(verdict(old, gap) == "V3_INCONSISTENT_SDK_VERSIONS");
  TestSigner stranger = middle;
  stranger.attributes.clear();
  CHECK(verdict(old, stranger) == "V3_INCONSISTENT_LINEAGES");
  stranger.attributes = {lineage_attribute({&shared_p256(), &rotated_key()})};
  CHECK(verdict(old, stranger) == "V3_INCONSISTENT_LINEAGES");
}

TEST_CASE("rotation: stripped v3.1") {
  const Rotation rotation;
  const Buffer apk = signed_apk(write_zip(apk_entries()), {{rotation.v2}, {rotation.v3}, {}});
  CHECK(verdict_on(apk) == "V31_BLOCK_MISSING");
  // Devices up to 32 never looked at it.
  CHECK(verdict_on(apk, {.file = "", .max_sdk = 32}) == "verified");
  CHECK(verdict_on(apk, {.file = "", .max_sdk = 33}) == "V31_BLOCK_MISSING");
}

TEST_CASE("rotation: stripped v3") {
  Rotation rotation;
  const Buffer apk = signed_apk(write_zip(apk_entries()), {{rsa_signer()}, {}, {}, {rotation.v31}});
  CHECK(verdict_on(apk) == "V31_BLOCK_FOUND_WITHOUT_V3_BLOCK");
}

TEST_CASE("rotation: the v3 signer and the v3.1 block disagree on where it begins") {
  CHECK(verdict_after([](Rotation& r) { r.v3.attributes.clear(); }) ==
        "V31_ROTATION_MIN_SDK_ATTR_MISSING");
  CHECK(verdict_after([](Rotation& r) { r.v3.attributes[0].second = u32_bytes(34); }) ==
        "V31_ROTATION_MIN_SDK_MISMATCH");
  CHECK(verdict_after([](Rotation& r) {
          r.v3.attributes[0].second = {33, 0, 0};
        }) == "V3_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE");
  CHECK(verdict_after([](Rotation& r) { r.v31.min_sdk = 34; }) == "V31_ROTATION_MIN_SDK_MISMATCH");
  CHECK(verdict_after([](Rotation& r) {
          r.v31.attributes.push_back({kRotationMinSdkId, u32_bytes(33)});
        }) == "V31_BLOCK_MISSING");
}

TEST_CASE("rotation: SDK ranges of v3 and v3.1") {
  const auto verdict = [](uint32_t v3_max, uint32_t v31_min, uint32_t v31_max = kAll) {
    return verdict_after([=](Rotation& r) {
      r.v3.max_sdk = v3_max;
      r.v3.attributes[0].second = u32_bytes(v31_min);
      r.v31.min_sdk = v31_min;
      r.v31.max_sdk = v31_max;
    });
  };
  CHECK(verdict(33, 34) == "verified");
  CHECK(verdict(32, 34) == "V3_MISSING_SDK_VERSIONS");
  CHECK(verdict(33, 33) == "V3_INCONSISTENT_SDK_VERSIONS");
  CHECK(verdict(kAll, 33) == "V3_INCONSISTENT_SDK_VERSIONS");
  CHECK(verdict(32, 33, 40) == "V3_MISSING_SDK_VERSIONS");
  CHECK(verdict(31, 32) == "V3_SIG_INVALID_SDK_VERSIONS");  // devices with 32 know no v3.1
  CHECK(verdict(32, 33, 0xffffffff) == "V3_SIG_INVALID_SDK_VERSIONS");
}

TEST_CASE("rotation: a signer for a development release overlaps by one") {
  const auto overlap = [](Rotation& r) { r.v3.max_sdk = 33; };
  CHECK(verdict_after(overlap) == "V3_INCONSISTENT_SDK_VERSIONS");
  CHECK(verdict_after([&](Rotation& r) {
          overlap(r);
          r.v31.attributes.push_back({kDevReleaseId, {}});
        }) == "verified");
  CHECK(verdict_after([](Rotation& r) {
          r.v3.max_sdk = 34;
          r.v31.attributes.push_back({kDevReleaseId, {}});
        }) == "V3_INCONSISTENT_SDK_VERSIONS");
}

TEST_CASE("rotation: the lineage of another signer") {
  const auto with_lineage = [](Buffer lineage) {
    return [=](Rotation& r) { r.v31.attributes = {{kLineageId, lineage}}; };
  };
  const auto of = [](const std::vector<const TestKey*>& keys) {
    return encode_lineage(lineage_of(keys));
  };
  CHECK(verdict_after(with_lineage(of({&shared_rsa_2048(), &newest_key()}))) ==
        "V3_SIG_POR_CERT_MISMATCH");
  CHECK(verdict_after(with_lineage(of({&shared_rsa_2048(), &rotated_key(), &newest_key()}))) ==
        "V3_SIG_POR_CERT_MISMATCH");
  CHECK(verdict_after(with_lineage(of({&shared_p256(), &rotated_key()}))) ==
        "V3_INCONSISTENT_LINEAGES");
  CHECK(verdict_after(with_lineage(of({&rotated_key()}))) == "V3_INCONSISTENT_LINEAGES");
  CHECK(verdict_after([](Rotation& r) { r.v31.attributes.clear(); }) == "V3_INCONSISTENT_LINEAGES");
  CHECK(verdict_after(with_lineage({})) == "V3_SIG_MALFORMED_LINEAGE");
  Lineage forged = lineage_of({&shared_rsa_2048(), &rotated_key()});
  forged.nodes[1].signature[20] ^= 1;
  CHECK(verdict_after(with_lineage(encode_lineage(forged))) == "V3_SIG_POR_DID_NOT_VERIFY");
}

TEST_CASE("rotation: forged v3.1 signers") {
  CHECK(verdict_after([](Rotation& r) {
          r.v31.forge_signature = [](Buffer& signature) { signature[20] ^= 1; };
        }) == "V3_SIG_DID_NOT_VERIFY");
  CHECK(verdict_after([](Rotation& r) {
          r.v31.forge_content_digest = [](Buffer& digest) { digest[0] ^= 1; };
        }) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  CHECK(verdict_after([](Rotation& r) { r.v31.certificates = {newest_key().certificate()}; }) ==
        "V3_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD");
  // Where no device in question knows v3.1, nobody looks at it.
  const auto forged = [](Rotation& r) {
    r.v31.forge_signature = [](Buffer& signature) { signature[20] ^= 1; };
  };
  CHECK(verdict_after(forged, {.file = "", .max_sdk = 32}) == "verified");
}

TEST_CASE("rotation: no flipped bit in the signing block is accepted") {
  const Rotation rotation;
  const TestZip zip = write_zip(apk_entries({}, 100));
  const Buffer good = signed_apk(zip, {{rotation.v2}, {rotation.v3}, {}, {rotation.v31}});
  for (std::size_t at = zip.entries.size(); at < good.size(); at += 3) {
    Buffer forged = good;
    forged[at] = static_cast<uint8_t>(forged[at] ^ (1U << (at % 8)));
    INFO("byte " << at - zip.entries.size() << " after the entries");
    CHECK(verdict_on(forged) != "verified");
  }
}

}  // namespace
}  // namespace hallmark::apk_test
