#include "signer/apk/aab_signing.hpp"

#include <utility>

#include "signer/apk/jar_signer.hpp"
#include "signer/apk/zip_layout.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/jar_verify.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

// Play is no device; this stands for "everything that still matters".
constexpr uint32_t kMinSdk = 24;
constexpr uint32_t kMaxSdk = 0x7fffffff;

constexpr const char* kSignerName = "UPLOAD";

Status check_unsigned(const FileBytes& file, const ZipArchive& zip, const AabSigning& how) {
  HALLMARK_TRY(const SigningBlock block, read_signing_block(file, zip.directory_offset));
  if ((block.exists() || has_v1_signature(zip)) && !how.strip_existing) {
    return policy_error("app bundle", "is signed already", "hand in the unsigned bundle");
  }
  return check_zip_padding(file, zip, block.offset);
}

Status check_output(const FileBytes& file, const Certificate& certificate,
                    const DigestedEntries& digested) {
  HALLMARK_TRY(const ZipArchive zip, read_zip(file));
  HALLMARK_TRY(const JarVerdict verdict, verify_jar(file, zip, kMinSdk, kMaxSdk, {}, {&digested}));
  if (!verdict.errors.empty()) {
    const ApkFinding& reason = verdict.errors.front();
    return verification_error("signed app bundle", reason.code + ": " + reason.message,
                              "does the key belong to the certificate?");
  }
  if (verdict.certificates.size() != 1 || verdict.certificates[0] != certificate.sha256) {
    return verification_error("signed app bundle", "does not name the signer that signed it");
  }
  return ok_status();
}

ByteSource assemble(ZipLayout layout) {
  std::vector<ByteSource> parts = std::move(layout.entries);
  parts.push_back(owned_source(std::move(layout.directory)));
  parts.push_back(owned_source(std::move(layout.end_record)));
  return joined(parts);
}

}  // namespace

Result<ByteSource> sign_aab(int in_fd, const AabSigning& how, const DigestSigner& sign_digest) {
  HALLMARK_TRY(const Certificate certificate, parse_certificate(how.certificate));
  HALLMARK_TRY(const FileBytes file, FileBytes::open(in_fd));
  HALLMARK_TRY(const ZipArchive zip, read_zip(file));
  HALLMARK_CHECK(check_unsigned(file, zip, how));
  ZipChanges changes;
  changes.align = false;  // nothing is mapped into memory straight from a bundle
  changes.drop = jar_signature_entries(zip);
  const JarSignature signature{how.certificate, kSignerName, false, {}};
  HALLMARK_TRY(JarSignatureMade made, sign_jar(file, zip, changes.drop, signature, sign_digest));
  changes.add = std::move(made.entries);
  HALLMARK_TRY(ZipLayout layout, lay_out_zip(file, zip, std::move(changes)));
  ByteSource bundle = assemble(std::move(layout));
  HALLMARK_CHECK(check_output(FileBytes::of(bundle), certificate, made.digested));
  return bundle;
}

}  // namespace hallmark
