// What the schemes of one APK must have in common, and what the manifest asks of them.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_lineage_fixtures.hpp"
#include "tests/unit/verify/jar_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

constexpr uint32_t kLineageId = 0x3ba06f8c;

TestJar jar_for(const ManifestFacts& facts) {
  TestJar jar;
  jar.files[0].content = BinaryXmlWriter().write(manifest_tree(facts));
  return jar;
}
// v1 by the usual RSA key.
TestZip zip_with_v1(const ManifestFacts& facts = {.min_sdk = 18, .target_sdk = 29}) {
  return signed_jar_zip(jar_for(facts));
}

TEST_CASE("across schemes: v1, v2 and v3 by one signer") {
  const UniqueFd fd = memory_file(signed_apk(zip_with_v1(), {{rsa_signer()}, {rsa_signer()}, {}}));
  const auto report = verify_apk(fd.get(), {"test.apk"});
  REQUIRE(report.ok());
  CHECK(report->verified);
  CHECK(report->schemes == std::vector<std::string>{"v1", "v2", "v3"});
  REQUIRE(report->signers.size() == 3);
  CHECK(report->signers[0].scheme == "v1");
  CHECK(report->signers[0].certificate_sha256 == report->signers[2].certificate_sha256);
}

TEST_CASE("across schemes: v1 is judged only where a device looks at it") {
  TestJar jar = jar_for({.min_sdk = 18, .target_sdk = 29});
  jar.forge_files = [](std::vector<TestFile>& files) { files[1].content[0] ^= 1; };
  const Buffer apk = signed_apk(signed_jar_zip(jar), {{rsa_signer()}, {rsa_signer()}, {}});
  CHECK(verdict_on(apk).starts_with("JAR_SIG_"));
  CHECK(verdict_on(apk, {.file = "", .min_sdk = 24}) == "verified");
  // Devices from 24 to 27 do not know v3, and without v2 they look at v1.
  const Buffer without_v2 = signed_apk(signed_jar_zip(jar), {{}, {rsa_signer()}, {}});
  CHECK(verdict_on(without_v2, {.file = "", .min_sdk = 24}).starts_with("JAR_SIG_"));
  CHECK(verdict_on(without_v2, {.file = "", .min_sdk = 28}) == "verified");
  const Buffer good = signed_apk(zip_with_v1(), {{}, {rsa_signer()}, {}});
  CHECK(verdict_on(good, {.file = "", .min_sdk = 24}) == "verified");
  CHECK(verdict_on(good) == "verified");
}

TEST_CASE("across schemes: v1 alone") {
  CHECK(verdict_on(zip_with_v1().file()) == "verified");
  CHECK(verdict_on(zip_with_v1().file(), {.file = "", .min_sdk = 30}) == "verified");
}

TEST_CASE("across schemes: another signer in v1 than in v2 or v3") {
  const TestZip zip = zip_with_v1();
  CHECK(verdict_on(signed_apk(zip, {{ec_signer()}, {}, {}})) == "V2_SIG_MISSING");
  CHECK(verdict_on(signed_apk(zip, {{rsa_signer(), ec_signer()}, {}, {}})) == "JAR_SIG_MISSING");
  CHECK(verdict_on(signed_apk(zip, {{}, {ec_signer()}, {}})) == "V3_SIG_PAST_SIGNERS_MISMATCH");
  TestSigner rotated = ec_signer();
  rotated.attributes = {
      {kLineageId, encode_lineage(lineage_of({&shared_rsa_2048(), &shared_p256()}))}};
  CHECK(verdict_on(signed_apk(zip, {{}, {rotated}, {}})) == "verified");
  rotated.attributes = {{kLineageId, encode_lineage(lineage_of({&rotated_key(), &shared_p256()}))}};
  CHECK(verdict_on(signed_apk(zip, {{}, {rotated}, {}})) == "V3_SIG_PAST_SIGNERS_MISMATCH");
}

TEST_CASE("across schemes: what the manifest asks for") {
  const TestZip target_30 = zip_with_v1({.min_sdk = 18, .target_sdk = 30});
  CHECK(verdict_on(target_30.file()) == "MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET");
  CHECK(verdict_on(target_30.file(), {.file = "", .max_sdk = 29}) == "verified");
  CHECK(verdict_on(signed_apk(target_30, {{rsa_signer()}, {}, {}})) == "verified");
  const TestZip sandbox =
      zip_with_v1({.min_sdk = 18, .target_sdk = 29, .target_sandbox_version = 2});
  CHECK(verdict_on(sandbox.file()) == "NO_SIG_FOR_TARGET_SANDBOX_VERSION");
  CHECK(verdict_on(sandbox.file(), {.file = "", .max_sdk = 25}) == "verified");
  CHECK(verdict_on(signed_apk(sandbox, {{rsa_signer()}, {}, {}})) == "verified");
}

}  // namespace
}  // namespace hallmark::apk_test
