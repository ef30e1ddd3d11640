#include "verify/apk/verify.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "verify/apk/content_digest.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/scheme_verify.hpp"
#include "verify/apk/signing_block.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kFirstSdkWithV2 = 24;
constexpr uint32_t kFirstSdkWithV3 = 28;

// What the checks of one APK share. Each check returns the first refusal as an Error of kind
// kVerification whose subject is the code.
struct Verification {
  FileBytes file;
  ZipArchive zip;
  SigningBlock block;
  uint32_t min_sdk = 0;
  bool has_v1 = false;
  std::vector<JudgedSigner> v2;
  std::vector<JudgedSigner> v3;
};

void report_unjudged_pairs(const SigningBlock& block, ApkReport& report) {
  for (const SigningBlockPair& pair : block.pairs) {
    if (pair.id == kV2BlockId || pair.id == kV3BlockId || pair.id == kPaddingBlockId) continue;
    report.warnings.push_back(
        {"APK_SIG_BLOCK_NOT_JUDGED",
         "the signing block holds " + signing_block_pair_name(pair.id) + ", which is not judged"});
  }
}

Status check_rotation_blocks(const SigningBlock& block) {
  constexpr std::array<std::pair<uint32_t, const char*>, 2> kUnsupported = {
      {{kV31BlockId, "V31_SIG_NOT_SUPPORTED"}, {kV32BlockId, "V32_SIG_NOT_SUPPORTED"}}};
  for (const auto& [id, code] : kUnsupported) {
    if (!block.find(id)) continue;
    return verification_error(code, "newer devices use " + signing_block_pair_name(id) +
                                        ", which this verifier does not judge");
  }
  return ok_status();
}

Status check_structure(const ApkVerifyOptions& options, Verification& apk) {
  HALLMARK_TRY(apk.zip, read_zip(apk.file));
  HALLMARK_TRY(apk.block, read_signing_block(apk.file, apk.zip.directory_offset));
  HALLMARK_CHECK(check_zip_padding(apk.file, apk.zip, apk.block.offset));
  apk.has_v1 = has_v1_signature(apk.zip);
  HALLMARK_TRY(const ApkManifest manifest, read_apk_manifest(apk.file, apk.zip));
  apk.min_sdk = options.min_sdk.value_or(manifest.min_sdk);
  return ok_status();
}

// Which schemes have to be there for the oldest device, and which are.
Status check_coverage(const Verification& apk, ApkReport& report) {
  const bool has_v2 = apk.block.find(kV2BlockId).has_value();
  const bool has_v3 = apk.block.find(kV3BlockId).has_value();
  const std::string oldest = "SDK " + std::to_string(apk.min_sdk);
  if (!has_v2 && !has_v3) {
    if (!apk.has_v1) return verification_error("JAR_SIG_NO_SIGNATURES", "the APK is not signed");
    return verification_error("JAR_SIG_ONLY",
                              "the only signature is v1 (JAR), which this verifier does not judge");
  }
  if (apk.has_v1) {
    const char* who_uses_it = apk.min_sdk < kFirstSdkWithV2
                                  ? "devices below 24 use nothing else: the verdict is not for them"
                                  : "no device in question uses it";
    report.warnings.push_back(
        {"JAR_SIG_NOT_JUDGED",
         std::string("a v1 (JAR) signature is present, not judged; ") + who_uses_it});
  } else if (apk.min_sdk < kFirstSdkWithV2) {
    return verification_error("JAR_SIG_NO_SIGNATURES",
                              "devices from " + oldest + " to 23 need a v1 (JAR) signature");
  }
  if (!has_v2 && apk.min_sdk < kFirstSdkWithV3) {
    return verification_error("V2_SIG_MISSING",
                              "devices from " + oldest + " to 27 need a v2 signature");
  }
  return ok_status();
}

Status judge_signers(Verification& apk, ApkReport& report) {
  const auto v2 = apk.block.find(kV2BlockId);
  const auto v3 = apk.block.find(kV3BlockId);
  const auto judge = [&](SignatureScheme scheme, std::span<const uint8_t> untrusted_value) {
    return judge_scheme({scheme, v3.has_value(), apk.min_sdk}, untrusted_value, report.warnings);
  };
  if (v3) {
    HALLMARK_TRY(apk.v3, judge(SignatureScheme::kV3, *v3));
  }
  if (v2) {
    HALLMARK_TRY(apk.v2, judge(SignatureScheme::kV2, *v2));
  }
  // Without a lineage, all schemes must name the same signer: else the app's identity would depend
  // on the device.
  if (v2 && v3 && (apk.v2.size() != 1 || apk.v2[0].certificate != apk.v3[0].certificate)) {
    return verification_error("V3_SIG_PAST_SIGNERS_MISMATCH",
                              "the v2 signer is not the v3 signer, and there is no lineage");
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
  for (const auto* signers : {&apk.v2, &apk.v3}) {
    for (const JudgedSigner& signer : *signers) {
      for (const auto& claim : signer.claimed_digests) kinds.insert(claim.first);
    }
  }
  const std::vector<uint8_t> end_record = end_record_without_block(apk);
  const std::vector<ByteSource> sections = {
      file_source(apk.file, 0, apk.block.offset),
      file_source(apk.file, apk.zip.directory_offset, apk.zip.directory_size),
      memory_source(end_record)};
  HALLMARK_TRY(const ContentDigests digests, content_digests(sections, kinds));
  HALLMARK_CHECK(check_content_digests(SignatureScheme::kV3, apk.v3, digests));
  return check_content_digests(SignatureScheme::kV2, apk.v2, digests);
}

void add_scheme(SignatureScheme scheme, const std::vector<JudgedSigner>& signers,
                ApkReport& report) {
  if (signers.empty()) return;
  report.schemes.emplace_back(scheme_name(scheme));
  for (const JudgedSigner& signer : signers) report.signers.push_back(signer.facts);
}

Status verify_all(const ApkVerifyOptions& options, Verification& apk, ApkReport& report) {
  HALLMARK_CHECK(check_structure(options, apk));
  report_unjudged_pairs(apk.block, report);
  HALLMARK_CHECK(check_rotation_blocks(apk.block));
  HALLMARK_CHECK(check_coverage(apk, report));
  HALLMARK_CHECK(judge_signers(apk, report));
  HALLMARK_CHECK(check_contents(apk));
  add_scheme(SignatureScheme::kV2, apk.v2, report);
  add_scheme(SignatureScheme::kV3, apk.v3, report);
  return ok_status();
}

}  // namespace

Result<ApkReport> verify_apk(int untrusted_fd, const ApkVerifyOptions& options) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  ApkReport report;
  report.file = options.file;
  Verification apk{file, {}, {}, 0, false, {}, {}};
  const Status verdict = verify_all(options, apk, report);
  if (!verdict.ok() && verdict.error().kind != ErrorKind::kVerification) return verdict.error();
  if (!verdict.ok()) report.errors.push_back({verdict.error().subject, verdict.error().cause});
  report.verified = verdict.ok();
  return report;
}

}  // namespace hallmark
