// Who signs what in one APK: the schemes, and the keys ready to sign.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "core/model/apk_key.hpp"
#include "core/result.hpp"
#include "signer/apk/apk_signer.hpp"
#include "verify/apk/lineage.hpp"

namespace hallmark {

struct RotatedSigner {
  ApkSigner newest;
  Lineage lineage;  // from the original signer to the newest
  uint32_t min_sdk = kRotationSdkV31;
};

struct SigningPlan {
  std::set<ApkScheme> schemes;
  ApkSigner original;  // signs v1 and v2, and what else devices without rotation look at
  std::optional<RotatedSigner> rotated;

  bool has(ApkScheme scheme) const { return schemes.contains(scheme); }
  // v3 holds one signer for all devices; v3.1 says "from this API level on", and v3 the rest.
  bool has_v31() const {
    return has(ApkScheme::kV3) && rotated && rotated->min_sdk >= kRotationSdkV31;
  }
  const ApkSigner& v3_signer() const { return rotated && !has_v31() ? rotated->newest : original; }
  // Whom v4 repeats: the signer of v3, else of v2.
  const ApkSigner& v4_signer() const { return has(ApkScheme::kV3) ? v3_signer() : original; }
};

struct PlannedSignature {
  std::string scheme;  // "v3.1"
  Sha256Digest certificate;

  bool operator<(const PlannedSignature& other) const {
    return std::tie(scheme, certificate) < std::tie(other.scheme, other.certificate);
  }
  bool operator==(const PlannedSignature& other) const = default;
};

// Every signature that the plan makes, as a verifier must report it.
std::set<PlannedSignature> planned_signatures(const SigningPlan& plan);

}  // namespace hallmark
