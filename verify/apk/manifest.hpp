// What Hallmark needs to know from an APK's AndroidManifest.xml.
//
// Attributes are found the way Android finds them, by resource id and not by name. Anything that
// could be read in two ways is refused: an attribute or element twice that may be there once, a
// value that is a reference to a resource, a preview code name as an SDK version. Errors are of
// kind kVerification with the subject APK_MANIFEST_MISSING, …_MALFORMED or …_UNSUPPORTED.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct ApkManifest {
  std::string package;        // letters, digits, '_' and '.'
  uint64_t version_code = 0;  // versionCodeMajor << 32 | versionCode
  std::string version_name;   // printable ASCII, others as '?'; empty if none or a reference
  uint32_t min_sdk = 1;       // API levels; what Android assumes where the manifest says nothing
  uint32_t target_sdk = 1;
  bool debuggable = false;
};

Result<ApkManifest> parse_apk_manifest(std::span<const uint8_t> untrusted_binary_xml);

Result<ApkManifest> read_apk_manifest(const FileBytes& untrusted_file, const ZipArchive& archive);
// Reads the ZIP structure as well, as strictly as the verifier.
Result<ApkManifest> read_apk_manifest(int untrusted_fd);

}  // namespace hallmark
