#include <algorithm>

#include "verify/apk/verification.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kFirstSdkWithSandboxVersions = 26;
// An app that targets this level or a later one needs more than v1.
constexpr uint32_t kFirstTargetSdkThatNeedsV2 = 30;

std::vector<Sha256Digest> certificates_of(const std::vector<JudgedSigner>& signers) {
  std::vector<Sha256Digest> out;
  out.reserve(signers.size());
  for (const JudgedSigner& signer : signers) out.push_back(signer.certificate);
  return out;
}

bool contains_all(const std::vector<Sha256Digest>& set, const std::vector<Sha256Digest>& subset) {
  return std::all_of(subset.begin(), subset.end(), [&](const Sha256Digest& one) {
    return std::find(set.begin(), set.end(), one) != set.end();
  });
}

Status check_v1_against_v2(const Verification& apk) {
  if (apk.v1_certificates.empty() || apk.v2.empty()) return ok_status();
  const std::vector<Sha256Digest> v2 = certificates_of(apk.v2);
  if (!contains_all(v2, apk.v1_certificates)) {
    return verification_error("V2_SIG_MISSING", "a v1 signer is no v2 signer");
  }
  if (!contains_all(apk.v1_certificates, v2)) {
    return verification_error("JAR_SIG_MISSING", "a v2 signer is no v1 signer");
  }
  return ok_status();
}

// Devices that know no v3 must see the key that the app began with: else the app's identity would
// depend on the device.
Status check_past_signers(const std::vector<Sha256Digest>& past, const Verification& apk) {
  if (past.empty() || apk.v3.empty()) return ok_status();
  if (past.size() > 1) {
    return verification_error("V3_SIG_MULTIPLE_PAST_SIGNERS",
                              "there are several v1 or v2 signers, and v3 can have one");
  }
  if (past.front() != apk.history.certificates.front()) {
    return verification_error("V3_SIG_PAST_SIGNERS_MISMATCH",
                              "the v1 or v2 signer is not the oldest of the v3 signer's keys");
  }
  return ok_status();
}

Status check_manifest_demands(const Verification& apk) {
  if (!apk.v2.empty() || !apk.v3.empty()) return ok_status();
  const ApkManifest& manifest = apk.manifest;
  if (manifest.target_sandbox_version > 1 && apk.devices.max >= kFirstSdkWithSandboxVersions) {
    return verification_error("NO_SIG_FOR_TARGET_SANDBOX_VERSION",
                              "targetSandboxVersion " +
                                  std::to_string(manifest.target_sandbox_version) +
                                  " needs a v2 or newer signature");
  }
  if (manifest.target_sdk >= kFirstTargetSdkThatNeedsV2 && apk.devices.max >= manifest.target_sdk) {
    return verification_error("MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET",
                              "targetSdkVersion " + std::to_string(manifest.target_sdk) +
                                  " needs a v2 or newer signature");
  }
  return ok_status();
}

}  // namespace

Status check_across_schemes(const Verification& apk) {
  HALLMARK_CHECK(check_v1_against_v2(apk));
  HALLMARK_CHECK(check_past_signers(apk.v1_certificates, apk));
  HALLMARK_CHECK(check_past_signers(certificates_of(apk.v2), apk));
  return check_manifest_demands(apk);
}

}  // namespace hallmark
