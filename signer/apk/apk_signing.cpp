#include "signer/apk/apk_signing.hpp"

#include <utility>

#include "core/bytes.hpp"
#include "core/parallel.hpp"
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

Result<JarSignatureMade> make_v1(const InputApk& apk, const SigningPlan& plan,
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

// What was digested on the way. The check takes over only what it finds unchanged.
struct KnownParts {
  std::optional<DigestedEntries> entries;
  std::optional<DigestedPrefix> prefix;

  const DigestedEntries* digested_entries() const { return entries ? &*entries : nullptr; }
  std::span<const uint8_t> blocks() const { return prefix->blocks(); }
};

// v1's entries come after all others, and need not be known for it.
Result<uint64_t> unchanged_bytes(const InputApk& apk, const ZipChanges& without_v1) {
  HALLMARK_TRY(const ZipLayout layout, lay_out_zip(apk.file, apk.zip, without_v1));
  return layout.unchanged;
}

Status digest_unchanged(const InputApk& apk, const SigningPlan& plan, const ZipChanges& without_v1,
                        KnownParts& known) {
  HALLMARK_TRY(const uint64_t unchanged, unchanged_bytes(apk, without_v1));
  HALLMARK_TRY(known.prefix, DigestedPrefix::compute(apk.file, unchanged, needed_digests(plan),
                                                     plan.has(ApkScheme::kV4)));
  return ok_status();
}

Status add_v1(const InputApk& apk, const SigningPlan& plan, ZipChanges& changes,
              KnownParts& known) {
  HALLMARK_TRY(JarSignatureMade made, make_v1(apk, plan, changes.drop));
  changes.add = std::move(made.entries);
  known.entries = std::move(made.digested);
  return ok_status();
}

// The agent takes its time for v1's signature: what it does not change is digested meanwhile.
Result<ZipLayout> lay_out(const InputApk& apk, const SigningPlan& plan, KnownParts& known) {
  ZipChanges changes;
  const bool v1 = plan.has(ApkScheme::kV1);
  // Without v1, a manifest that was in the unsigned APK is one of its files.
  if (v1 || has_v1_signature(apk.zip)) changes.drop = jar_signature_entries(apk.zip);
  const ZipChanges without_v1 = changes;
  HALLMARK_CHECK(do_both([&] { return v1 ? add_v1(apk, plan, changes, known) : ok_status(); },
                         [&] { return digest_unchanged(apk, plan, without_v1, known); }));
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

struct BuiltApk {
  ByteSource bytes;
  uint64_t unchanged = 0;  // so many of the first bytes are the input's
  ContentDigests contents;
  KnownParts known;
};

// The sections with the signing block, which may be empty, between entries and directory.
Result<ByteSource> assemble(Sections sections, std::vector<uint8_t> block) {
  HALLMARK_TRY(std::vector<uint8_t> end_record,
               end_record_at(std::move(sections.end_record), sections.entries.size + block.size()));
  return joined({std::move(sections.entries), owned_source(std::move(block)),
                 owned_source(std::move(sections.layout.directory)),
                 owned_source(std::move(end_record))});
}

Result<BuiltApk> build_signed(const InputApk& apk, const SigningPlan& plan) {
  BuiltApk out;
  HALLMARK_TRY(ZipLayout layout, lay_out(apk, plan, out.known));
  out.unchanged = layout.unchanged;
  const std::set<ContentDigestKind> kinds = needed_digests(plan);
  HALLMARK_TRY(Sections sections, pad(std::move(layout), !kinds.empty()));
  std::vector<uint8_t> block;
  if (!kinds.empty()) {
    HALLMARK_TRY(out.contents,
                 content_digests({sections.entries, memory_source(sections.layout.directory),
                                  memory_source(sections.end_record)},
                                 kinds, &*out.known.prefix));
    HALLMARK_TRY(const std::vector<NewPair> pairs, sign_pairs(plan, out.contents));
    block = write_signing_block(pairs);
  }
  HALLMARK_TRY(out.bytes, assemble(std::move(sections), std::move(block)));
  return out;
}

Result<SignedApkBytes> sign_file(int in_fd, int idsig_fd, const ApkSigningOptions& options) {
  HALLMARK_TRY(const InputApk apk, open_input(in_fd, options.strip_existing));
  HALLMARK_TRY(const SigningPlan plan, make_plan(apk.manifest, options));
  HALLMARK_TRY(BuiltApk built, build_signed(apk, plan));
  const FileBytes signed_apk = FileBytes::of(built.bytes);
  SignedApkBytes out;
  const auto finish = [&]() -> Status {
    if (plan.has(ApkScheme::kV4)) {
      HALLMARK_CHECK(write_idsig(signed_apk, plan, built.contents, built.known.blocks(), idsig_fd));
    }
    HALLMARK_TRY(out.report, check_output(apk.manifest, plan,
                                          {signed_apk, idsig_fd, built.known.digested_entries(),
                                           &*built.known.prefix}));
    return ok_status();
  };
  // One digest over the whole file is the one thing that cannot be shared among processors.
  HALLMARK_CHECK(do_both(finish, [&]() -> Status {
    HALLMARK_TRY(out.sha256, sha256_of(built.bytes, options.marks == nullptr
                                                        ? BegunSha256{}
                                                        : options.marks->within(built.unchanged)));
    return ok_status();
  }));
  out.apk = std::move(built.bytes);
  return out;
}

}  // namespace

Result<SignedApkBytes> sign_apk(int in_fd, int idsig_fd, const ApkSigningOptions& options) {
  const bool v4 = options.schemes && options.schemes->contains(ApkScheme::kV4);
  if (!v4) return sign_file(in_fd, idsig_fd, options);
  SignedApkBytes out;
  HALLMARK_CHECK(fill_or_empty(idsig_fd, [&]() -> Status {
    HALLMARK_TRY(out, sign_file(in_fd, idsig_fd, options));
    return ok_status();
  }));
  return out;
}

}  // namespace hallmark
