// What Hallmark needs to know from an APK's AndroidManifest.xml.
//
// Attributes are found the way Android finds them, by resource id and not by name. Anything that
// could be read in two ways is refused: an attribute or element twice that may be there once, a
// value that is a reference to a resource, a preview code name as an SDK version. Errors are of
// kind kVerification with the subject APK_MANIFEST_MISSING, …_MALFORMED or …_UNSUPPORTED.
//
// Limits: those of the XML reader; 4096 permissions, 4096 features; 1024 characters in a name. All
// text is printable ASCII, any other character a '?'.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/xml_document.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// <uses-permission> or, asked for on devices from 23 alone, <uses-permission-sdk-23>.
struct ApkPermission {
  std::string name;
  std::optional<uint32_t> max_sdk;  // newer devices are not asked
  bool from_sdk_23 = false;
};

struct ApkManifest {
  std::string package;        // letters, digits, '_' and '.'
  uint64_t version_code = 0;  // versionCodeMajor << 32 | versionCode
  std::string version_name;   // empty if none or a reference
  uint32_t min_sdk = 1;       // API levels; what Android assumes where the manifest says nothing
  uint32_t target_sdk = 1;
  std::optional<uint32_t> max_sdk;  // newer devices are told that it is not for them
  uint32_t target_sandbox_version = 1;
  bool debuggable = false;
  bool test_only = false;
  bool multi_arch = false;
  std::optional<bool> extract_native_libs;  // Android's default depends on the device
  std::string split;                        // the split's name; empty: a base, or the whole app
  bool feature_split = false;
  std::string config_for_split;  // of a configuration split: what it configures; empty: the base
  std::vector<std::string> uses_splits;
  std::vector<ApkPermission>
      permissions;  // in the manifest's order; nameless ones count for nothing
  // <uses-feature> that a device must have, in the manifest's order.
  std::vector<std::string> required_features;
};

Result<ApkManifest> parse_apk_manifest(std::span<const uint8_t> untrusted_binary_xml);
Result<ApkManifest> manifest_facts(const XmlDocument& untrusted_document);

Result<ApkManifest> read_apk_manifest(const FileBytes& untrusted_file, const ZipArchive& archive);
// Reads the ZIP structure as well, as strictly as the verifier.
Result<ApkManifest> read_apk_manifest(int untrusted_fd);

}  // namespace hallmark
