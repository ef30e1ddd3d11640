#include "signer/apk/signing_plan.hpp"

namespace hallmark {

std::set<PlannedSignature> planned_signatures(const SigningPlan& plan) {
  std::set<PlannedSignature> out;
  const Sha256Digest& original = plan.original.certificate.sha256;
  if (plan.has(ApkScheme::kV1)) out.insert({"v1", original});
  if (plan.has(ApkScheme::kV2)) out.insert({"v2", original});
  if (plan.has(ApkScheme::kV3)) out.insert({"v3", plan.v3_signer().certificate.sha256});
  if (plan.has_v31()) out.insert({"v3.1", plan.rotated->newest.certificate.sha256});
  if (plan.has(ApkScheme::kV4)) {
    out.insert({"v4", plan.v4_signer().certificate.sha256});
    if (plan.has_v31()) out.insert({"v4", plan.rotated->newest.certificate.sha256});
  }
  return out;
}

}  // namespace hallmark
