#include "signer/apk/apk_signing.hpp"

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "signer/apk/idsig_writer.hpp"
#include "signer/apk/jar_signer.hpp"
#include "signer/apk/output_check.hpp"
#include "signer/apk/output_file.hpp"
#include "signer/apk/scheme_choice.hpp"
#include "signer/apk/scheme_pairs.hpp"
#include "signer/apk/zip_layout.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kAlignment = 4096;
constexpr uint32_t kFirstSdkWithSha256 = 18;  // in v1, with RSA

struct InputApk {
  FileBytes file;
  ZipArchive zip;
  ApkManifest manifest;
};

Status check_unsigned(const FileBytes& file, const ZipArchive& zip) {
  HALLMARK_TRY(const SigningBlock block, read_signing_block(file, zip.directory_offset));
  if (block.exists() || has_v1_signature(zip)) {
    return policy_error("APK", "is signed already",
                        "hand in the unsigned APK, or ask for the old signature to be left out");
  }
  return check_zip_padding(file, zip, zip.directory_offset);
}

Result<InputApk> open_input(int in_fd, bool strip_existing) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(in_fd));
  HALLMARK_TRY(ZipArchive zip, read_zip(file));
  if (!strip_existing) HALLMARK_CHECK(check_unsigned(file, zip));
  HALLMARK_TRY(ApkManifest manifest, read_apk_manifest(file, zip));
  if (manifest.debuggable) {
    return policy_error(manifest.package, "is debuggable: any program on the device could enter it",
                        "build the release variant, without android:debuggable");
  }
  return InputApk{file, std::move(zip), std::move(manifest)};
}

Result<SigningPlan> make_plan(const ApkManifest& manifest, const ApkSigningOptions& options) {
  SigningPlan plan;
  HALLMARK_TRY(plan.schemes, choose_apk_schemes(manifest, options.schemes));
  HALLMARK_TRY(plan.original, prepare_signer(options.key));
  if (!options.rotated) return plan;
  HALLMARK_TRY(ApkSigner newest, prepare_signer(options.rotated->newest));
  const std::vector<LineageNode>& nodes = options.rotated->lineage.nodes;
  if (nodes.size() < 2 || nodes.front().certificate != options.key.certificate ||
      nodes.back().certificate != options.rotated->newest.certificate) {
    return verification_error("lineage", "does not lead from the original key to the newest");
  }
  plan.rotated =
      RotatedSigner{std::move(newest), options.rotated->lineage, options.rotated->min_sdk};
  return plan;
}

Result<std::vector<NewZipEntry>> make_v1(const InputApk& apk, const SigningPlan& plan,
                                         const std::set<std::string>& old) {
  JarSignature how;
  how.certificate = plan.original.key.certificate;
  how.name = "CERT";
  how.sha1 =
      apk.manifest.min_sdk < kFirstSdkWithSha256 && plan.original.algorithm->key == KeyKind::kRsa;
  if (plan.has(ApkScheme::kV2)) how.schemes.push_back(2);
  if (plan.has(ApkScheme::kV3)) how.schemes.push_back(3);
  return sign_jar(apk.file, apk.zip, old, how, plan.original.key.sign);
}

Result<ZipLayout> lay_out(const InputApk& apk, const SigningPlan& plan) {
  ZipChanges changes;
  const bool v1 = plan.has(ApkScheme::kV1);
  // Without v1, a manifest that was in the unsigned APK is one of its files.
  if (v1 || has_v1_signature(apk.zip)) changes.drop = jar_signature_entries(apk.zip);
  if (v1) {
    HALLMARK_TRY(changes.add, make_v1(apk, plan, changes.drop));
  }
  return lay_out_zip(apk.file, apk.zip, std::move(changes));
}

// The three sections as a verifier will see them: padded, and with the end record pointing to where
// the signing block will start.
struct Sections {
  ByteSource entries;
  ZipLayout layout;
  std::vector<uint8_t> end_record;
};

Result<Sections> pad(ZipLayout layout, bool signing_block) {
  const uint64_t padding =
      signing_block ? (kAlignment - layout.entries_size % kAlignment) % kAlignment : 0;
  Sections out{zero_padded(joined(layout.entries), padding), std::move(layout), {}};
  HALLMARK_TRY(out.end_record, end_record_at(out.layout.end_record, out.entries.size));
  return out;
}

Status write_apk(const Sections& sections, std::span<const uint8_t> block, int out_fd) {
  HALLMARK_TRY(const std::vector<uint8_t> end_record,
               end_record_at(sections.end_record, sections.entries.size + block.size()));
  HALLMARK_CHECK(write_source(sections.entries, out_fd));
  HALLMARK_CHECK(write_all(out_fd, as_text(block)));
  HALLMARK_CHECK(write_all(out_fd, as_text(sections.layout.directory)));
  return write_all(out_fd, as_text(end_record));
}

Result<ContentDigests> write_signed(const InputApk& apk, const SigningPlan& plan, int out_fd) {
  HALLMARK_TRY(ZipLayout layout, lay_out(apk, plan));
  const std::set<ContentDigestKind> kinds = needed_digests(plan);
  HALLMARK_TRY(const Sections sections, pad(std::move(layout), !kinds.empty()));
  if (kinds.empty()) {
    HALLMARK_CHECK(write_apk(sections, {}, out_fd));
    return ContentDigests{};
  }
  HALLMARK_TRY(ContentDigests digests,
               content_digests({sections.entries, memory_source(sections.layout.directory),
                                memory_source(sections.end_record)},
                               kinds));
  HALLMARK_TRY(const std::vector<NewPair> pairs, sign_pairs(plan, digests));
  HALLMARK_CHECK(write_apk(sections, write_signing_block(pairs), out_fd));
  return digests;
}

Result<ApkReport> sign_into(int in_fd, const ApkOutputs& outputs,
                            const ApkSigningOptions& options) {
  HALLMARK_TRY(const InputApk apk, open_input(in_fd, options.strip_existing));
  HALLMARK_TRY(const SigningPlan plan, make_plan(apk.manifest, options));
  HALLMARK_TRY(const ContentDigests digests, write_signed(apk, plan, outputs.apk_fd));
  if (plan.has(ApkScheme::kV4)) {
    HALLMARK_TRY(const FileBytes signed_apk, FileBytes::open(outputs.apk_fd));
    HALLMARK_CHECK(write_idsig(signed_apk, plan, digests, outputs.idsig_fd));
  }
  return check_output(apk.manifest, plan, outputs);
}

}  // namespace

Result<ApkReport> sign_apk(int in_fd, const ApkOutputs& outputs, const ApkSigningOptions& options) {
  ApkReport report;
  const auto sign = [&]() -> Status {
    HALLMARK_TRY(report, sign_into(in_fd, outputs, options));
    return ok_status();
  };
  const auto sign_with_idsig = [&] { return fill_or_empty(outputs.idsig_fd, sign); };
  const bool v4 = options.schemes && options.schemes->contains(ApkScheme::kV4);
  HALLMARK_CHECK(v4 ? fill_or_empty(outputs.apk_fd, sign_with_idsig)
                    : fill_or_empty(outputs.apk_fd, sign));
  return report;
}

}  // namespace hallmark
