#include "verify/apk/manifest.hpp"

#include "verify/apk/binary_xml.hpp"

namespace hallmark {

Result<ApkManifest> parse_apk_manifest(std::span<const uint8_t> untrusted_binary_xml) {
  HALLMARK_TRY(const XmlDocument document, parse_binary_xml(untrusted_binary_xml));
  return manifest_facts(document);
}

Result<ApkManifest> read_apk_manifest(const FileBytes& untrusted_file, const ZipArchive& archive) {
  const ZipEntry* entry = archive.find("AndroidManifest.xml");
  if (entry == nullptr) {
    return verification_error("APK_MANIFEST_MISSING",
                              "there is no AndroidManifest.xml: not an APK");
  }
  HALLMARK_TRY(const std::vector<uint8_t> bytes,
               read_zip_entry(untrusted_file, *entry, kMaxManifestSize));
  return parse_apk_manifest(bytes);
}

Result<ApkManifest> read_apk_manifest(int untrusted_fd) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  return read_apk_manifest(file, archive);
}

}  // namespace hallmark
