#include "verify/apk/rotation.hpp"

#include <algorithm>

namespace hallmark {
namespace {

Error missing(uint32_t min, uint32_t max) {
  return verification_error("V3_MISSING_SDK_VERSIONS", "devices from SDK " + std::to_string(min) +
                                                           " to " + std::to_string(max) +
                                                           " have no v3 signer");
}

// A signer for a development release begins with the level that the one before ends with.
Status check_neighbours(const JudgedSigner& older, const JudgedSigner& newer) {
  if (newer.sdk.min == older.sdk.max && newer.targets_dev_release) return ok_status();
  if (newer.sdk.min > older.sdk.max && newer.sdk.min - older.sdk.max == 1) return ok_status();
  if (newer.facts.scheme != older.facts.scheme && newer.sdk.min > older.sdk.max) {
    return missing(older.sdk.max + 1, newer.sdk.min - 1);
  }
  return verification_error("V3_INCONSISTENT_SDK_VERSIONS",
                            "the signers' SDK ranges overlap or leave a gap");
}

Status check_ranges(const std::vector<const JudgedSigner*>& signers, const SdkRange& devices) {
  const uint32_t oldest = std::max(devices.min, kFirstSdkWithV3);
  const SdkRange first = signers.front()->sdk;
  if (first.min > oldest) return missing(oldest, first.min - 1);
  for (std::size_t i = 1; i < signers.size(); ++i) {
    HALLMARK_CHECK(check_neighbours(*signers[i - 1], *signers[i]));
  }
  const SdkRange last = signers.back()->sdk;
  if (last.max < devices.max) return missing(last.max + 1, devices.max);
  return ok_status();
}

Result<SignerHistory> history_of(const JudgedSigner& signer) {
  SignerHistory history;
  if (!signer.lineage) return SignerHistory{{signer.certificate}, {}};
  for (const LineageNode& node : signer.lineage->nodes) {
    HALLMARK_TRY(const Certificate certificate, parse_certificate(node.certificate));
    history.certificates.push_back(certificate.sha256);
    history.capabilities.push_back(node.capabilities);
  }
  return history;
}

bool continues(const SignerHistory& history, const SignerHistory& beginning) {
  return history.certificates.size() >= beginning.certificates.size() &&
         std::equal(beginning.certificates.begin(), beginning.certificates.end(),
                    history.certificates.begin());
}

}  // namespace

Result<SignerHistory> judge_rotation(const std::vector<JudgedSigner>& v3,
                                     const std::vector<JudgedSigner>& v31,
                                     const SdkRange& devices) {
  std::vector<const JudgedSigner*> signers;
  for (const auto* scheme : {&v3, &v31}) {
    for (const JudgedSigner& signer : *scheme) signers.push_back(&signer);
  }
  HALLMARK_CHECK(check_ranges(signers, devices));
  SignerHistory history;
  for (const JudgedSigner* signer : signers) {
    HALLMARK_TRY(SignerHistory next, history_of(*signer));
    if (!continues(next, history)) {
      return verification_error("V3_INCONSISTENT_LINEAGES",
                                "a signer's history of keys is not that of the signer for older "
                                "devices, continued");
    }
    history = std::move(next);
  }
  return history;
}

}  // namespace hallmark
