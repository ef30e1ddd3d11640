#include "verify/apk/manifest.hpp"

#include <algorithm>
#include <optional>

#include "verify/apk/binary_xml.hpp"

namespace hallmark {
namespace {

// android.R.attr
constexpr uint32_t kDebuggable = 0x0101000f;
constexpr uint32_t kMinSdkVersion = 0x0101020c;
constexpr uint32_t kVersionCode = 0x0101021b;
constexpr uint32_t kVersionName = 0x0101021c;
constexpr uint32_t kTargetSdkVersion = 0x01010270;
constexpr uint32_t kVersionCodeMajor = 0x01010576;

Error unsupported(std::string why) {
  return verification_error("APK_MANIFEST_UNSUPPORTED", std::move(why));
}

bool is_package_name(const std::string& name) {
  return !name.empty() && name.size() <= 223 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

class ManifestReader {
 public:
  explicit ManifestReader(const BinaryXml& xml) : xml_(xml) {}

  Result<ApkManifest> read() {
    HALLMARK_CHECK(read_root());
    HALLMARK_TRY(const XmlElement* uses_sdk, only_child("uses-sdk"));
    if (uses_sdk != nullptr) HALLMARK_CHECK(read_sdk_versions(*uses_sdk));
    HALLMARK_TRY(const XmlElement* application, only_child("application"));
    if (application != nullptr) HALLMARK_CHECK(read_debuggable(*application));
    return std::move(out_);
  }

 private:
  Status read_root() {
    const XmlElement& root = xml_.elements.front();
    if (xml_.strings[root.name] != "manifest") return malformed_manifest("the root is another");
    const auto is_package = [this](const XmlAttribute& a) {
      return xml_.strings[a.name] == "package";
    };
    HALLMARK_TRY(const XmlAttribute* package, only_attribute(root, is_package, "package"));
    if (package == nullptr || package->type != kXmlTypeString ||
        !is_package_name(xml_.strings[package->data])) {
      return malformed_manifest("there is no proper package name");
    }
    out_.package = xml_.strings[package->data];
    HALLMARK_TRY(const auto code, integer(root, kVersionCode, "versionCode"));
    HALLMARK_TRY(const auto major, integer(root, kVersionCodeMajor, "versionCodeMajor"));
    out_.version_code = uint64_t{major.value_or(0)} << 32U | code.value_or(0);
    HALLMARK_TRY(const XmlAttribute* name, attribute(root, kVersionName, "versionName"));
    if (name != nullptr && name->type == kXmlTypeString) {
      out_.version_name = xml_.strings[name->data];
    }
    return ok_status();
  }

  Status read_sdk_versions(const XmlElement& uses_sdk) {
    HALLMARK_TRY(const auto min, integer(uses_sdk, kMinSdkVersion, "minSdkVersion"));
    HALLMARK_TRY(const auto target, integer(uses_sdk, kTargetSdkVersion, "targetSdkVersion"));
    out_.min_sdk = min.value_or(1);
    out_.target_sdk = target.value_or(out_.min_sdk);
    return ok_status();
  }

  Status read_debuggable(const XmlElement& application) {
    HALLMARK_TRY(const auto debuggable, integer(application, kDebuggable, "debuggable"));
    out_.debuggable = debuggable.value_or(0) != 0;
    return ok_status();
  }

  Result<const XmlElement*> only_child(const char* name) const {
    const XmlElement* found = nullptr;
    for (const XmlElement& element : xml_.elements) {
      if (element.depth != 2 || xml_.strings[element.name] != name) continue;
      if (found != nullptr) return malformed_manifest(std::string("there are two <") + name + ">");
      found = &element;
    }
    return found;
  }

  template <typename Predicate>
  static Result<const XmlAttribute*> only_attribute(const XmlElement& element, Predicate wanted,
                                                    const char* name) {
    const XmlAttribute* found = nullptr;
    for (const XmlAttribute& candidate : element.attributes) {
      if (!wanted(candidate)) continue;
      if (found != nullptr) return malformed_manifest(std::string(name) + " is there twice");
      found = &candidate;
    }
    return found;
  }

  static Result<const XmlAttribute*> attribute(const XmlElement& element, uint32_t resource_id,
                                               const char* name) {
    return only_attribute(
        element, [resource_id](const XmlAttribute& a) { return a.resource_id == resource_id; },
        name);
  }

  // A boolean is an integer, too.
  static Result<std::optional<uint32_t>> integer(const XmlElement& element, uint32_t resource_id,
                                                 const char* name) {
    HALLMARK_TRY(const XmlAttribute* found, attribute(element, resource_id, name));
    if (found == nullptr) return std::optional<uint32_t>();
    if (found->type < kXmlTypeFirstInteger || found->type > kXmlTypeLastInteger) {
      return unsupported(std::string(name) + " is a reference or a text, not a number");
    }
    return std::optional<uint32_t>(found->data);
  }

  const BinaryXml& xml_;
  ApkManifest out_;
};

}  // namespace

Result<ApkManifest> parse_apk_manifest(std::span<const uint8_t> untrusted_binary_xml) {
  HALLMARK_TRY(const BinaryXml xml, parse_binary_xml(untrusted_binary_xml));
  return ManifestReader(xml).read();
}

Result<ApkManifest> read_apk_manifest(const FileBytes& untrusted_file, const ZipArchive& archive) {
  const ZipEntry* entry = archive.find("AndroidManifest.xml");
  if (entry == nullptr) {
    return verification_error("APK_MANIFEST_MISSING",
                              "there is no AndroidManifest.xml: not an APK");
  }
  HALLMARK_TRY(const std::vector<uint8_t> bytes,
               read_zip_entry(untrusted_file, *entry, kMaxBinaryXmlSize));
  return parse_apk_manifest(bytes);
}

Result<ApkManifest> read_apk_manifest(int untrusted_fd) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  return read_apk_manifest(file, archive);
}

}  // namespace hallmark
