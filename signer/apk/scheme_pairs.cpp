#include "signer/apk/scheme_pairs.hpp"

#include "signer/apk/scheme_writer.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

Status add_v3(const SigningPlan& plan, const ContentDigests& digests, std::vector<NewPair>& pairs) {
  V3Facts facts;
  if (plan.has_v31()) {
    facts.sdk.max = plan.rotated->min_sdk - 1;
    facts.rotated_from = plan.rotated->min_sdk;
  } else if (plan.rotated) {
    facts.lineage = encode_lineage(plan.rotated->lineage);
  }
  const ApkSigner& signer = plan.v3_signer();
  HALLMARK_TRY(std::vector<uint8_t> value,
               v3_value(signer, digests.at(signer.algorithm->content), facts));
  pairs.push_back({kV3BlockId, std::move(value)});
  return ok_status();
}

Status add_v31(const SigningPlan& plan, const ContentDigests& digests,
               std::vector<NewPair>& pairs) {
  const RotatedSigner& rotated = *plan.rotated;
  V3Facts facts;
  facts.sdk.min = rotated.min_sdk;
  facts.lineage = encode_lineage(rotated.lineage);
  HALLMARK_TRY(std::vector<uint8_t> value,
               v3_value(rotated.newest, digests.at(rotated.newest.algorithm->content), facts));
  pairs.push_back({kV31BlockId, std::move(value)});
  return ok_status();
}

}  // namespace

std::set<ContentDigestKind> needed_digests(const SigningPlan& plan) {
  std::set<ContentDigestKind> kinds;
  if (plan.has(ApkScheme::kV2)) kinds.insert(plan.original.algorithm->content);
  if (plan.has(ApkScheme::kV3)) kinds.insert(plan.v3_signer().algorithm->content);
  if (plan.has_v31()) kinds.insert(plan.rotated->newest.algorithm->content);
  return kinds;
}

Result<std::vector<NewPair>> sign_pairs(const SigningPlan& plan, const ContentDigests& digests) {
  std::vector<NewPair> pairs;
  if (plan.has(ApkScheme::kV2)) {
    const std::vector<uint8_t>& digest = digests.at(plan.original.algorithm->content);
    HALLMARK_TRY(std::vector<uint8_t> value,
                 v2_value(plan.original, digest, plan.has(ApkScheme::kV3)));
    pairs.push_back({kV2BlockId, std::move(value)});
  }
  if (plan.has(ApkScheme::kV3)) HALLMARK_CHECK(add_v3(plan, digests, pairs));
  if (plan.has_v31()) HALLMARK_CHECK(add_v31(plan, digests, pairs));
  return pairs;
}

}  // namespace hallmark
