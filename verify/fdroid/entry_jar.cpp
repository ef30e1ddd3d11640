#include "verify/fdroid/entry_jar.hpp"

#include "verify/apk/byte_source.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/jar_verify.hpp"
#include "verify/apk/zip_stream.hpp"

namespace hallmark {
namespace {

// No device is asked: every rule that still matters for new ones counts, SHA-256 among them.
constexpr uint32_t kNewDevices = 33;
constexpr uint32_t kAllDevices = 0x7fffffff;
constexpr uint64_t kMaxEntryJson = 4096;

Error refused_jar(const std::string& cause) { return verification_error("entry.jar", cause); }

Status check_signed_by(const FileBytes& file, const ZipArchive& archive,
                       const Sha256Digest& certificate) {
  HALLMARK_TRY(const JarVerdict verdict, verify_jar(file, archive, kNewDevices, kAllDevices, {}));
  if (!verdict.errors.empty()) {
    const ApkFinding& reason = verdict.errors.front();
    return refused_jar(reason.code + ": " + reason.message);
  }
  if (verdict.certificates.size() == 1 && verdict.certificates[0] == certificate) {
    return ok_status();
  }
  return refused_jar("is not signed by the repository's key alone");
}

}  // namespace

Result<std::string> read_entry_jar(std::span<const uint8_t> untrusted_jar,
                                   const Sha256Digest& certificate) {
  if (untrusted_jar.size() > kMaxEntryJar) return refused_jar("is larger than 64 KiB");
  const FileBytes file = FileBytes::of(memory_source(untrusted_jar));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  HALLMARK_CHECK(check_signed_by(file, archive, certificate));
  for (const ZipEntry& entry : archive.entries) {
    if (entry.name == "entry.json" || is_jar_signature_file(entry.name)) continue;
    return refused_jar("has a file that does not belong there");
  }
  const ZipEntry* entry = archive.find("entry.json");
  if (entry == nullptr) return refused_jar("has no entry.json");
  HALLMARK_TRY(const std::vector<uint8_t> bytes, read_zip_entry(file, *entry, kMaxEntryJson));
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace hallmark
