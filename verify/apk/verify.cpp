#include "verify/apk/verify.hpp"

#include "verify/apk/verification.hpp"

namespace hallmark {
namespace {

Status choose_devices(const ApkVerifyOptions& options, Verification& apk) {
  apk.devices = {options.min_sdk.value_or(apk.manifest.min_sdk),
                 options.max_sdk.value_or(kNoMaximumSdk)};
  if (apk.devices.min <= apk.devices.max) return ok_status();
  return verification_error("SDK_RANGE_EMPTY", "there is no device from SDK " +
                                                   std::to_string(apk.devices.min) + " to " +
                                                   std::to_string(apk.devices.max));
}

Status check_structure(const ApkVerifyOptions& options, Verification& apk) {
  HALLMARK_TRY(apk.zip, read_zip(apk.file));
  HALLMARK_TRY(apk.block, read_signing_block(apk.file, apk.zip.directory_offset));
  HALLMARK_CHECK(check_zip_padding(apk.file, apk.zip, apk.block.offset));
  HALLMARK_TRY(apk.manifest, read_apk_manifest(apk.file, apk.zip));
  return choose_devices(options, apk);
}

// Whether the file begins with what was digested before. Its chunks have to be digested anyway.
Status compare_prefix(const ApkVerifyOptions& options, Verification& apk) {
  const DigestedPrefix* known = options.prefix;
  if (known == nullptr || known->size() > apk.block.offset) return ok_status();
  HALLMARK_TRY(apk.prefix, DigestedPrefix::compute(apk.file, known->size(), known->kinds(), false));
  if (!apk.prefix->has_same_content(*known)) return ok_status();
  apk.known_blocks = known->blocks();
  apk.known.same_bytes = known->size();
  return ok_status();
}

bool is_judged(uint32_t pair_id) {
  return pair_id == kV2BlockId || pair_id == kV3BlockId || pair_id == kV31BlockId ||
         pair_id == kPaddingBlockId;
}

void report_unjudged_pairs(const SigningBlock& block, ApkReport& report) {
  for (const SigningBlockPair& pair : block.pairs) {
    if (is_judged(pair.id)) continue;
    const char* code = is_known_signing_block_pair(pair.id) ? "APK_SIG_BLOCK_NOT_JUDGED"
                                                            : "APK_SIG_BLOCK_UNKNOWN_ENTRY_ID";
    std::string message =
        "the signing block holds " + signing_block_pair_name(pair.id) + ", which is not judged";
    if (pair.id == kV32BlockId) {
      code = "V32_SIG_NOT_JUDGED";
      message += ": the verdict is for devices that do not know v3.2";
    }
    report.warnings.push_back({code, std::move(message)});
  }
}

void report_lineage(const SignerHistory& history, ApkReport& report) {
  for (std::size_t i = 0; i < history.capabilities.size(); ++i) {
    report.lineage.push_back(
        {history.certificates[i].hex(), lineage_capability_names(history.capabilities[i])});
  }
}

Status verify_all(const ApkVerifyOptions& options, Verification& apk, ApkReport& report) {
  HALLMARK_CHECK(check_structure(options, apk));
  HALLMARK_CHECK(compare_prefix(options, apk));
  report_unjudged_pairs(apk.block, report);
  HALLMARK_CHECK(judge_block_schemes(apk, report));
  HALLMARK_CHECK(judge_v1(apk, report));
  HALLMARK_CHECK(check_across_schemes(apk));
  if (options.idsig_fd) HALLMARK_CHECK(judge_v4(*options.idsig_fd, apk, report));
  report_lineage(apk.history, report);
  return ok_status();
}

}  // namespace

Result<ApkReport> verify_apk(int untrusted_fd, const ApkVerifyOptions& options) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  return verify_apk(file, options);
}

Result<ApkReport> verify_apk(const FileBytes& untrusted_file, const ApkVerifyOptions& options) {
  ApkReport report;
  report.file = options.file;
  Verification apk{untrusted_file, {}, {}, {}, {}, {}, {}, {}, {}, {}, {options.digested}, {}, {}};
  const Status verdict = verify_all(options, apk, report);
  if (!verdict.ok() && verdict.error().kind != ErrorKind::kVerification) return verdict.error();
  if (!verdict.ok()) {
    report.errors.insert(report.errors.begin(), {verdict.error().subject, verdict.error().cause});
    report.schemes.clear();
    report.signers.clear();
  }
  report.verified = report.errors.empty();
  return report;
}

}  // namespace hallmark
