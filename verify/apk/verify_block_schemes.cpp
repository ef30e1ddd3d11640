#include <algorithm>
#include <set>

#include "verify/apk/content_digest.hpp"
#include "verify/apk/merkle_tree.hpp"
#include "verify/apk/verification.hpp"

namespace hallmark {
namespace {

Status judge_rotated(Verification& apk, std::span<const uint8_t> untrusted_value,
                     SchemeContext& context, ApkReport& report) {
  context.scheme = SignatureScheme::kV31;
  HALLMARK_TRY(apk.v31, judge_scheme(context, untrusted_value, report.warnings));
  uint32_t first = kNoMaximumSdk;
  for (const JudgedSigner& signer : apk.v31) first = std::min(first, signer.sdk.min);
  context.rotation_min_sdk = first;
  if (context.v3_present) return ok_status();
  return verification_error("V31_BLOCK_FOUND_WITHOUT_V3_BLOCK",
                            "there is a v3.1 signature, but no v3 signature for older devices");
}

// Every signature that a device of the range knows, whether or not it would prefer another.
Status judge_signers(Verification& apk, ApkReport& report) {
  const auto v2 = apk.block.find(kV2BlockId);
  const auto v3 = apk.block.find(kV3BlockId);
  const auto v31 = apk.block.find(kV31BlockId);
  SchemeContext context;
  context.devices = apk.devices;
  context.v3_present = v3.has_value();
  if (v31 && apk.devices.max >= kFirstSdkWithV31) {
    HALLMARK_CHECK(judge_rotated(apk, *v31, context, report));
  }
  if (v3 && apk.devices.max >= kFirstSdkWithV3) {
    context.scheme = SignatureScheme::kV3;
    HALLMARK_TRY(apk.v3, judge_scheme(context, *v3, report.warnings));
    HALLMARK_TRY(apk.history, judge_rotation(apk.v3, apk.v31, apk.devices));
  }
  if (v2 && apk.devices.max >= kFirstSdkWithV2) {
    context.scheme = SignatureScheme::kV2;
    HALLMARK_TRY(apk.v2, judge_scheme(context, *v2, report.warnings));
  }
  return ok_status();
}

// The end record as it was before the block was inserted, which is how it is digested.
std::vector<uint8_t> end_record_without_block(const Verification& apk) {
  std::vector<uint8_t> record = apk.zip.end_record;
  for (std::size_t i = 0; i < 4; ++i) {
    record[kEndRecordDirectoryOffsetField + i] = static_cast<uint8_t>(apk.block.offset >> (8 * i));
  }
  return record;
}

Status check_contents(const Verification& apk) {
  std::set<ContentDigestKind> kinds;
  for (const auto* signers : {&apk.v2, &apk.v3, &apk.v31}) {
    for (const JudgedSigner& signer : *signers) {
      for (const auto& claim : signer.claimed_digests) kinds.insert(claim.first);
    }
  }
  const std::vector<uint8_t> end_record = end_record_without_block(apk);
  const std::vector<ByteSource> sections = {
      file_source(apk.file, 0, apk.block.offset),
      file_source(apk.file, apk.zip.directory_offset, apk.zip.directory_size),
      memory_source(end_record)};
  HALLMARK_TRY(ContentDigests digests,
               content_digests(sections, kinds, apk.prefix ? &*apk.prefix : nullptr));
  // Devices map the file's blocks to the tree's, so a block that ends elsewhere has no such digest.
  if (apk.block.bytes.size() % kMerkleBlockSize != 0) {
    digests.erase(ContentDigestKind::kVeritySha256);
  }
  HALLMARK_CHECK(check_content_digests(SignatureScheme::kV31, apk.v31, digests));
  HALLMARK_CHECK(check_content_digests(SignatureScheme::kV3, apk.v3, digests));
  return check_content_digests(SignatureScheme::kV2, apk.v2, digests);
}

void add_scheme(SignatureScheme scheme, const std::vector<JudgedSigner>& signers,
                ApkReport& report) {
  if (signers.empty()) return;
  report.schemes.emplace_back(scheme_name(scheme));
  for (const JudgedSigner& signer : signers) report.signers.push_back(signer.facts);
}

}  // namespace

Status judge_block_schemes(Verification& apk, ApkReport& report) {
  HALLMARK_CHECK(judge_signers(apk, report));
  if (!apk.v2.empty() || !apk.v3.empty()) HALLMARK_CHECK(check_contents(apk));
  add_scheme(SignatureScheme::kV2, apk.v2, report);
  add_scheme(SignatureScheme::kV3, apk.v3, report);
  add_scheme(SignatureScheme::kV31, apk.v31, report);
  return ok_status();
}

}  // namespace hallmark
