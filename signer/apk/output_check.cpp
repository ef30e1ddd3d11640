#include "signer/apk/output_check.hpp"

#include <algorithm>

#include "verify/apk/scheme_block.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

// The oldest device of a range in which every scheme that was written is looked at.
uint32_t oldest_device(const ApkManifest& manifest, const SigningPlan& plan) {
  if (plan.has(ApkScheme::kV1)) return std::min(manifest.min_sdk, kFirstSdkWithV2 - 1);
  if (plan.has(ApkScheme::kV2)) return std::min(manifest.min_sdk, kFirstSdkWithV2);
  return manifest.min_sdk;
}

}  // namespace

Result<ApkReport> check_output(const ApkManifest& manifest, const SigningPlan& plan,
                               const SigningOutcome& outcome) {
  ApkVerifyOptions options;
  options.file = "signed APK";
  options.min_sdk = oldest_device(manifest, plan);
  if (plan.has(ApkScheme::kV4)) options.idsig_fd = outcome.idsig_fd;
  options.digested = outcome.digested;
  options.prefix = outcome.prefix;
  HALLMARK_TRY(ApkReport report, verify_apk(outcome.apk, options));
  if (!report.verified) {
    const ApkFinding& reason = report.errors.front();
    return verification_error("signed APK", reason.code + ": " + reason.message,
                              "does the key belong to the certificate?");
  }
  std::set<PlannedSignature> found;
  for (const ApkSignerFacts& signer : report.signers) {
    HALLMARK_TRY(const Sha256Digest digest, Sha256Digest::from_hex(signer.certificate_sha256));
    found.insert({signer.scheme, digest});
  }
  if (found == planned_signatures(plan)) return report;
  return verification_error("signed APK", "does not name the signers that it was signed by");
}

}  // namespace hallmark
