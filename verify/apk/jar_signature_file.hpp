// Judging a .SF file against the manifest: which of the manifest's sections does it vouch for?
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/jar_manifest.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/sdk_range.hpp"

namespace hallmark {

struct JarManifest {
  std::vector<uint8_t> bytes;
  JarFile file;  // points into the bytes, which stay where they are when this is moved

  JarManifest(std::vector<uint8_t> bytes_in, JarFile file_in)
      : bytes(std::move(bytes_in)), file(std::move(file_in)) {}
  JarManifest(JarManifest&&) = default;
  JarManifest& operator=(JarManifest&&) = default;
  JarManifest(const JarManifest&) = delete;
  JarManifest& operator=(const JarManifest&) = delete;
  ~JarManifest() = default;

  static Result<JarManifest> parse(std::vector<uint8_t> untrusted_bytes);
};

struct JarSignatureFileContext {
  const JarManifest& manifest;
  SdkRange devices;
  const std::set<uint32_t>& schemes_found;  // v2 and later in this APK: 2, 3
};

struct JarSignatureFile {
  std::vector<std::size_t> sections;      // of the manifest, that it vouches for
  std::set<uint32_t> schemes_referenced;  // by X-Android-APK-Signed
};

// Warnings are appended in any case. Refused (kVerification): what JarFile::parse() refuses, and
//   JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE, JAR_SIG_SIGNTOOL_NOT_SUPPORTED,
//   JAR_SIG_MISSING_APK_SIG_REFERENCED,
//   JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY,
//   JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE, JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY.
Result<JarSignatureFile> judge_jar_signature_file(const std::string& name,
                                                  std::span<const uint8_t> untrusted_bytes,
                                                  const JarSignatureFileContext& context,
                                                  std::vector<ApkFinding>& warnings);

}  // namespace hallmark
