#include "signer/apk/apk_signing.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "signer/apk/signing_block_writer.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/signing_block.hpp"
#include "verify/apk/verify.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kAlignment = 4096;
constexpr uint32_t kFirstSdkWithoutV1 = 24;
constexpr uint64_t kMaxDirectoryOffset = 0xfffffffe;  // beyond it a ZIP needs zip64

struct UnsignedApk {
  FileBytes file;
  ZipArchive zip;

  uint64_t padding() const { return (kAlignment - zip.directory_offset % kAlignment) % kAlignment; }
  uint64_t block_offset() const { return zip.directory_offset + padding(); }
};

Status check_manifest(const ApkManifest& manifest) {
  if (manifest.debuggable) {
    return policy_error(manifest.package, "is debuggable: any program on the device could enter it",
                        "build the release variant, without android:debuggable");
  }
  if (manifest.min_sdk < kFirstSdkWithoutV1) {
    return policy_error(manifest.package,
                        "has minSdkVersion " + std::to_string(manifest.min_sdk) +
                            ", and devices below Android 7.0 (24) need a v1 signature",
                        "set minSdkVersion to 24 or more");
  }
  return ok_status();
}

Result<UnsignedApk> open_unsigned(int in_fd) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(in_fd));
  HALLMARK_TRY(ZipArchive zip, read_zip(file));
  HALLMARK_TRY(const SigningBlock block, read_signing_block(file, zip.directory_offset));
  if (block.exists() || has_v1_signature(zip)) {
    return policy_error("APK", "is signed already", "hand in the unsigned APK");
  }
  HALLMARK_CHECK(check_zip_padding(file, zip, zip.directory_offset));
  HALLMARK_TRY(const ApkManifest manifest, read_apk_manifest(file, zip));
  HALLMARK_CHECK(check_manifest(manifest));
  return UnsignedApk{file, std::move(zip)};
}

Result<const SignatureAlgorithm*> choose_algorithm(const PublicKey& key) {
  constexpr unsigned kMinRsa = 2048;
  constexpr unsigned kMaxRsa = 4096;
  const bool rsa = key.kind() == KeyKind::kRsa;
  const bool supported =
      rsa ? key.bits() >= kMinRsa && key.bits() <= kMaxRsa : key.bits() == 256 || key.bits() == 384;
  if (!supported) {
    return policy_error("APK signing key", "is " + key.description(),
                        "use RSA of 2048 to 4096 bits, P-256 or P-384");
  }
  if (rsa) return find_signature_algorithm(key.bits() <= 3072 ? kRsaPkcs1Sha256 : kRsaPkcs1Sha512);
  return find_signature_algorithm(key.bits() <= 256 ? kEcdsaSha256 : kEcdsaSha512);
}

// The contents as a verifier will see them: padded, and with the end record still pointing to where
// the signing block will start.
Result<std::vector<uint8_t>> digest_contents(const UnsignedApk& apk, ContentDigestKind kind,
                                             std::span<const uint8_t> end_record) {
  const uint64_t directory_offset = apk.zip.directory_offset;
  const std::vector<ByteSource> sections = {
      zero_padded(file_source(apk.file, 0, directory_offset), apk.padding()),
      file_source(apk.file, directory_offset, apk.zip.directory_size), memory_source(end_record)};
  HALLMARK_TRY(ContentDigests digests, content_digests(sections, {kind}));
  return std::move(digests.at(kind));
}

Result<std::vector<uint8_t>> end_record_with(const UnsignedApk& apk, uint64_t directory_offset) {
  if (directory_offset > kMaxDirectoryOffset) {
    return verification_error("APK", "is too large: signed, it would need zip64");
  }
  std::vector<uint8_t> record = apk.zip.end_record;
  for (std::size_t i = 0; i < 4; ++i) {
    record[kEndRecordDirectoryOffsetField + i] = static_cast<uint8_t>(directory_offset >> (8 * i));
  }
  return record;
}

Status copy_range(const FileBytes& file, uint64_t offset, uint64_t size, int out_fd) {
  std::vector<uint8_t> buffer(std::min<uint64_t>(size, uint64_t{1} << 20U));
  while (size > 0) {
    const auto part = std::span(buffer).first(std::min<uint64_t>(buffer.size(), size));
    HALLMARK_CHECK(file.read_into(offset, part));
    HALLMARK_CHECK(write_all(out_fd, as_text(part)));
    offset += part.size();
    size -= part.size();
  }
  return ok_status();
}

Status write_signed(const UnsignedApk& apk, std::span<const uint8_t> block, int out_fd) {
  const uint64_t directory_offset = apk.zip.directory_offset;
  HALLMARK_TRY(const std::vector<uint8_t> end_record,
               end_record_with(apk, apk.block_offset() + block.size()));
  HALLMARK_CHECK(copy_range(apk.file, 0, directory_offset, out_fd));
  HALLMARK_CHECK(write_all(out_fd, std::string(apk.padding(), '\0')));
  HALLMARK_CHECK(write_all(out_fd, as_text(block)));
  HALLMARK_CHECK(copy_range(apk.file, directory_offset, apk.zip.directory_size, out_fd));
  return write_all(out_fd, as_text(end_record));
}

// The output must be what every device will accept, from this certificate.
Status check_output(int out_fd, const Certificate& certificate) {
  HALLMARK_TRY(const ApkReport report, verify_apk(out_fd, {"signed APK", std::nullopt}));
  if (!report.verified) {
    const ApkFinding& reason = report.errors.front();
    return verification_error("signed APK", reason.code + ": " + reason.message,
                              "does the key belong to the certificate?");
  }
  const std::string expected = certificate.sha256.hex();
  const auto is_ours = [&](const ApkSignerFacts& s) { return s.certificate_sha256 == expected; };
  if (report.signers.size() != 2 ||
      !std::all_of(report.signers.begin(), report.signers.end(), is_ours)) {
    return verification_error("signed APK", "does not name the signer that it was signed by");
  }
  return ok_status();
}

Status sign_into(int in_fd, int out_fd, const ApkSigningKey& key, const DigestSigner& sign_digest) {
  HALLMARK_TRY(const Certificate certificate, parse_certificate(key.certificate));
  HALLMARK_TRY(const PublicKey public_key, PublicKey::parse(certificate.spki));
  HALLMARK_TRY(const SignatureAlgorithm* algorithm, choose_algorithm(public_key));
  HALLMARK_TRY(const UnsignedApk apk, open_unsigned(in_fd));
  HALLMARK_TRY(const std::vector<uint8_t> end_record, end_record_with(apk, apk.block_offset()));
  HALLMARK_TRY(const std::vector<uint8_t> digest,
               digest_contents(apk, algorithm->content, end_record));
  const ApkSigner signer{algorithm, key.certificate, certificate.spki};
  HALLMARK_TRY(const std::vector<uint8_t> block, build_signing_block(signer, digest, sign_digest));
  HALLMARK_CHECK(write_signed(apk, block, out_fd));
  return check_output(out_fd, certificate);
}

Status check_empty_file(int out_fd) {
  struct stat info {};
  if (::fstat(out_fd, &info) != 0) return errno_error("output", "cannot look at");
  if (!S_ISREG(info.st_mode) || info.st_size != 0) {
    return failed("output", "is not an empty regular file");
  }
  return ok_status();
}

}  // namespace

Status sign_apk(int in_fd, int out_fd, const ApkSigningKey& key, const DigestSigner& sign_digest) {
  HALLMARK_CHECK(check_empty_file(out_fd));
  Status signed_and_checked = sign_into(in_fd, out_fd, key, sign_digest);
  if (!signed_and_checked.ok() && ::ftruncate(out_fd, 0) != 0) {
    return errno_error("output", "cannot empty after a failure");
  }
  return signed_and_checked;
}

}  // namespace hallmark
