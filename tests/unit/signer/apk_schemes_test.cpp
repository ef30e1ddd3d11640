// Signing with every scheme, and with a rotated key: what is written, and what apksigner says.
#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/signer/apk_signing.hpp"
#include "tests/unit/tools.hpp"
#include "verify/apk/idsig.hpp"

namespace hallmark::apk_test {
namespace {

using Schemes = std::vector<std::string>;
const std::set<ApkScheme> all_schemes = {ApkScheme::kV1, ApkScheme::kV2, ApkScheme::kV3,
                                         ApkScheme::kV4};

std::string certificate_of(const ApkReport& report, const std::string& scheme) {
  for (const ApkSignerFacts& signer : report.signers) {
    if (signer.scheme == scheme) return signer.certificate_sha256;
  }
  return "none";
}
std::string sha256_of(const TestKey& key) { return sha256(as_text(key.certificate())).hex(); }

Buffer apk_for(uint32_t min_sdk) { return write_zip(apk_entries({.min_sdk = min_sdk})).file(); }

struct Verdict {
  int exit_code = 0;
  std::string said;
};
Verdict apksigner(const std::vector<std::string>& arguments) {
  Command command;
  command.program = "/usr/bin/apksigner";
  command.arguments = arguments;
  const auto outcome = run(command);
  REQUIRE(outcome.ok());
  return {outcome->exit_code, outcome->out + outcome->err};
}

TEST_CASE("apk schemes: chosen by the oldest device, or by the caller") {
  const ApkSigningOptions automatic = signed_by(shared_rsa_2048());
  CHECK(must_sign(apk_for(24), automatic).report->schemes == Schemes{"v2", "v3"});
  CHECK(must_sign(apk_for(21), automatic).report->schemes.size() == 3);
  ApkSigningOptions options = automatic;
  options.schemes = {ApkScheme::kV3};
  CHECK(must_sign(apk_for(28), options).report->schemes == Schemes{"v3"});
  options.schemes = all_schemes;
  const Attempt all = must_sign(apk_for(16), options);
  CHECK(all.report->schemes.size() == 4);
  CHECK_FALSE(all.idsig.empty());
}

TEST_CASE("apk schemes: what leaves devices without a signature is refused") {
  for (const auto& [min_sdk, schemes] :
       {std::pair{21U, std::set{ApkScheme::kV2, ApkScheme::kV3}},
        std::pair{24U, std::set{ApkScheme::kV3}}, std::pair{28U, std::set{ApkScheme::kV4}}}) {
    ApkSigningOptions options = signed_by(shared_rsa_2048());
    options.schemes = schemes;
    const Attempt refused = sign_in_memory(apk_for(min_sdk), options);
    REQUIRE_FALSE(refused.report.ok());
    CHECK(refused.report.error().kind == ErrorKind::kPolicy);
    CHECK(refused.apk.empty());
  }
}

TEST_CASE("apk schemes: v1 alone, where Android asks for more") {
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.schemes = {ApkScheme::kV1};
  const Attempt refused = sign_in_memory(apk_for(21), options);
  REQUIRE_FALSE(refused.report.ok());
  CHECK(refused.report.error().message().find("targetSdkVersion") != std::string::npos);
  CHECK(refused.apk.empty());
}

TEST_CASE("apk schemes: with RSA all outputs are the same again, the .idsig too") {
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.schemes = all_schemes;
  const Attempt first = must_sign(apk_for(21), options);
  const Attempt second = must_sign(apk_for(21), options);
  CHECK(first.apk == second.apk);
  CHECK(first.idsig == second.idsig);
}

TEST_CASE("apk schemes: an old signature is left out when that is asked for, and not otherwise") {
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.schemes = all_schemes;
  const Attempt unsigned_before = must_sign(apk_for(21), options);
  const Attempt debug = must_sign(apk_for(21), signed_by(shared_p256()));
  const Attempt refused = sign_in_memory(debug.apk, options);
  REQUIRE_FALSE(refused.report.ok());
  CHECK(refused.report.error().message().find("signed already") != std::string::npos);
  options.strip_existing = true;
  const Attempt stripped = must_sign(debug.apk, options);
  CHECK(stripped.apk == unsigned_before.apk);
}

TEST_CASE("apk rotation: v3.1 from API level 33, the original key for older devices") {
  const Attempt done = must_sign(apk_for(21), rotated(shared_rsa_2048(), shared_p256(), 33));
  CHECK(done.report->schemes == Schemes{"v1", "v2", "v3", "v3.1"});
  for (const char* scheme : {"v1", "v2", "v3"}) {
    CHECK(certificate_of(*done.report, scheme) == sha256_of(shared_rsa_2048()));
  }
  CHECK(certificate_of(*done.report, "v3.1") == sha256_of(shared_p256()));
  REQUIRE(done.report->lineage.size() == 2);
}

TEST_CASE("apk rotation: v3 with a lineage where all devices that know rotation see the new key") {
  const Attempt done = must_sign(apk_for(24), rotated(shared_p256(), shared_rsa_2048(), 28));
  CHECK(done.report->schemes == Schemes{"v2", "v3"});
  CHECK(certificate_of(*done.report, "v2") == sha256_of(shared_p256()));
  CHECK(certificate_of(*done.report, "v3") == sha256_of(shared_rsa_2048()));
}

TEST_CASE("apk rotation: v4 repeats both signers, each with its own digest") {
  const TestKey rsa_4096 = TestKey::rsa(4096);
  ApkSigningOptions options = rotated(shared_rsa_2048(), rsa_4096, 33);
  options.schemes = all_schemes;
  const Attempt done = must_sign(apk_for(24), options);
  const UniqueFd fd = memory_file(done.idsig);
  const auto file = FileBytes::open(fd.get());
  const auto idsig = parse_idsig(*file);
  REQUIRE(idsig.ok());
  CHECK(idsig->header.signing_info.apk_digest.size() == 32);
  REQUIRE(idsig->header.v31_signing_info);
  CHECK(idsig->header.v31_signing_info->apk_digest.size() == 64);
  CHECK(idsig->header.v31_signing_info->certificate == rsa_4096.certificate());
}

TEST_CASE("apk rotation: a lineage of other keys is refused") {
  ApkSigningOptions options = rotated(shared_rsa_2048(), shared_p256(), 33);
  options.key = signing_key(shared_p256());
  const Attempt refused = sign_in_memory(apk_for(24), options);
  REQUIRE_FALSE(refused.report.ok());
  CHECK(refused.report.error().message().find("does not lead from") != std::string::npos);
  const auto elsewhere =
      rotate_lineage(lineage_of(shared_rsa_2048().certificate()), signer_with(shared_p256()),
                     kDefaultLineageCapabilities, shared_p256().certificate());
  CHECK_FALSE(elsewhere.ok());
}

TEST_CASE("apksigner accepts all schemes of ours: RSA of 2048, 3072, 4096 bits, P-256, P-384") {
  std::vector<TestKey> keys;
  for (const unsigned bits : {2048U, 3072U, 4096U}) keys.push_back(TestKey::rsa(bits));
  for (const char* curve : {"P-256", "P-384"}) keys.push_back(TestKey::ec(curve));
  const test::TestFolder folder;
  for (const TestKey& key : keys) {
    ApkSigningOptions options = signed_by(key);
    options.schemes = all_schemes;
    const Attempt done = must_sign(apk_for(21), options);
    const std::string apk = folder.write("app.apk", as_text(done.apk));
    folder.write("app.apk.idsig", as_text(done.idsig));
    const Verdict verdict =
        apksigner({"verify", "-v", "--v4-signature-file", folder.path("app.apk.idsig"), apk});
    INFO(verdict.said);
    CHECK(verdict.exit_code == 0);
    CHECK(verdict.said.find("WARNING") == std::string::npos);
    for (const char* scheme :
         {"v1 scheme (JAR signing): true", "v2 scheme (APK Signature Scheme v2): true",
          "v3 scheme (APK Signature Scheme v3): true",
          "v4 scheme (APK Signature Scheme v4): true"}) {
      CHECK(verdict.said.find(scheme) != std::string::npos);
    }
  }
}

TEST_CASE("apksigner reads our lineage, and accepts an APK that was rotated for all devices") {
  const test::TestFolder folder;
  const TestKey p384 = TestKey::ec("P-384");
  const Lineage lineage = lineage_from({&shared_p256(), &p384, &shared_rsa_2048()});
  const std::string file = folder.write("lineage", as_text(encode_lineage_file(lineage)));
  const Verdict listed = apksigner({"lineage", "--in", file, "--print-certs", "-v"});
  INFO(listed.said);
  CHECK(listed.exit_code == 0);
  for (const TestKey* key :
       {&shared_p256(), static_cast<const TestKey*>(&p384), &shared_rsa_2048()}) {
    CHECK(listed.said.find(sha256_of(*key)) != std::string::npos);
  }
  CHECK(listed.said.find("Has rollback capability      : false") != std::string::npos);

  ApkSigningOptions options = signed_by(shared_p256());
  options.rotated = ApkRotatedKey{signing_key(shared_rsa_2048()), lineage, 28};
  const std::string apk = folder.write("app.apk", as_text(must_sign(apk_for(24), options).apk));
  const Verdict verdict = apksigner({"verify", "-v", "--print-certs", apk});
  INFO(verdict.said);
  CHECK(verdict.exit_code == 0);
  CHECK(verdict.said.find("WARNING") == std::string::npos);
  CHECK(verdict.said.find(sha256_of(shared_rsa_2048())) != std::string::npos);
}

}  // namespace
}  // namespace hallmark::apk_test
