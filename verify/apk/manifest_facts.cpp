// The facts of a manifest, from the document that it is.
#include <algorithm>

#include "verify/apk/manifest.hpp"
#include "verify/apk/xml_lookup.hpp"

namespace hallmark {
namespace {

// android.R.attr
constexpr AttributeName kName{0x01010003, "name"};
constexpr AttributeName kDebuggable{0x0101000f, "debuggable"};
constexpr AttributeName kMinSdkVersion{0x0101020c, "minSdkVersion"};
constexpr AttributeName kVersionCode{0x0101021b, "versionCode"};
constexpr AttributeName kVersionName{0x0101021c, "versionName"};
constexpr AttributeName kTargetSdkVersion{0x01010270, "targetSdkVersion"};
constexpr AttributeName kMaxSdkVersion{0x01010271, "maxSdkVersion"};
constexpr AttributeName kTestOnly{0x01010272, "testOnly"};
constexpr AttributeName kRequired{0x0101028e, "required"};
constexpr AttributeName kMultiArch{0x0101048e, "multiArch"};
constexpr AttributeName kExtractNativeLibs{0x010104ea, "extractNativeLibs"};
constexpr AttributeName kTargetSandboxVersion{0x0101054c, "targetSandboxVersion"};
constexpr AttributeName kIsFeatureSplit{0x0101055b, "isFeatureSplit"};
constexpr AttributeName kVersionCodeMajor{0x01010576, "versionCodeMajor"};
// Outside Android's name space.
constexpr AttributeName kPackage{0, "package"};
constexpr AttributeName kSplit{0, "split"};
constexpr AttributeName kConfigForSplit{0, "configForSplit"};

constexpr std::size_t kMaxPermissions = 4096;

bool is_package_name(const std::string& name) {
  return !name.empty() && name.size() <= 223 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

class ManifestReader {
 public:
  explicit ManifestReader(const XmlDocument& xml) : xml_(xml), root_(xml.elements.front()) {}

  Result<ApkManifest> read() {
    if (xml_.strings[root_.name] != "manifest") return malformed_manifest("the root is another");
    HALLMARK_CHECK(read_package());
    HALLMARK_CHECK(read_version());
    HALLMARK_CHECK(read_sdk_versions());
    HALLMARK_CHECK(read_split());
    HALLMARK_CHECK(read_application());
    HALLMARK_CHECK(read_permissions("uses-permission", false));
    HALLMARK_CHECK(read_permissions("uses-permission-sdk-23", true));
    HALLMARK_CHECK(read_permissions("uses-permission-sdk-m", true));
    HALLMARK_CHECK(read_features());
    return std::move(out_);
  }

 private:
  Status read_package() {
    HALLMARK_TRY(const XmlAttribute* package, attribute(xml_, root_, kPackage));
    if (package == nullptr || package->type != kXmlTypeString ||
        !is_package_name(xml_.strings[package->data])) {
      return malformed_manifest("there is no proper package name");
    }
    out_.package = xml_.strings[package->data];
    return ok_status();
  }

  Status read_version() {
    HALLMARK_TRY(const auto code, integer_attribute(xml_, root_, kVersionCode));
    HALLMARK_TRY(const auto major, integer_attribute(xml_, root_, kVersionCodeMajor));
    out_.version_code = uint64_t{major.value_or(0)} << 32U | code.value_or(0);
    HALLMARK_TRY(const XmlAttribute* name, attribute(xml_, root_, kVersionName));
    if (name != nullptr && name->type == kXmlTypeString) {
      out_.version_name = xml_.strings[name->data];
    }
    HALLMARK_TRY(const auto sandbox, integer_attribute(xml_, root_, kTargetSandboxVersion));
    out_.target_sandbox_version = sandbox.value_or(1);
    return ok_status();
  }

  Status read_sdk_versions() {
    HALLMARK_TRY(const XmlElement* uses_sdk, only_child(xml_, "uses-sdk"));
    if (uses_sdk == nullptr) return ok_status();
    HALLMARK_TRY(const auto min, integer_attribute(xml_, *uses_sdk, kMinSdkVersion));
    HALLMARK_TRY(const auto target, integer_attribute(xml_, *uses_sdk, kTargetSdkVersion));
    out_.min_sdk = min.value_or(1);
    out_.target_sdk = target.value_or(out_.min_sdk);
    HALLMARK_TRY(out_.max_sdk, described(*uses_sdk, kMaxSdkVersion));
    return ok_status();
  }

  Status read_split() {
    HALLMARK_TRY(const auto split, text_attribute(xml_, root_, kSplit));
    HALLMARK_TRY(const auto config_for, text_attribute(xml_, root_, kConfigForSplit));
    out_.split = split.value_or("");
    out_.config_for_split = config_for.value_or("");
    HALLMARK_TRY(const auto feature, described(root_, kIsFeatureSplit));
    out_.feature_split = feature.value_or(0) != 0;
    for (const XmlElement* uses : children(xml_, "uses-split")) {
      HALLMARK_TRY(const auto name, text_attribute(xml_, *uses, kName));
      if (out_.uses_splits.size() == kMaxPermissions) {
        return unsupported_manifest("there are more than 4096 <uses-split>");
      }
      if (name) out_.uses_splits.push_back(*name);
    }
    return ok_status();
  }

  Status read_application() {
    HALLMARK_TRY(const XmlElement* application, only_child(xml_, "application"));
    if (application == nullptr) return ok_status();
    HALLMARK_TRY(const auto debuggable, integer_attribute(xml_, *application, kDebuggable));
    HALLMARK_TRY(const auto test_only, described(*application, kTestOnly));
    HALLMARK_TRY(const auto multi_arch, described(*application, kMultiArch));
    HALLMARK_TRY(const auto extract, described(*application, kExtractNativeLibs));
    out_.debuggable = debuggable.value_or(0) != 0;
    out_.test_only = test_only.value_or(0) != 0;
    out_.multi_arch = multi_arch.value_or(0) != 0;
    if (extract) out_.extract_native_libs = *extract != 0;
    return ok_status();
  }

  Status read_permissions(const char* element_name, bool from_sdk_23) {
    for (const XmlElement* element : children(xml_, element_name)) {
      HALLMARK_TRY(const auto name, text_attribute(xml_, *element, kName));
      HALLMARK_TRY(const auto max_sdk, described(*element, kMaxSdkVersion));
      if (!name) continue;
      if (out_.permissions.size() == kMaxPermissions) {
        return unsupported_manifest("there are more than 4096 permissions");
      }
      out_.permissions.push_back({*name, max_sdk, from_sdk_23});
    }
    return ok_status();
  }

  Status read_features() {
    for (const XmlElement* element : children(xml_, "uses-feature")) {
      HALLMARK_TRY(const auto name, text_attribute(xml_, *element, kName));
      HALLMARK_TRY(const auto required, described(*element, kRequired));
      if (!name || required == uint32_t{0}) continue;
      if (out_.required_features.size() == kMaxPermissions) {
        return unsupported_manifest("there are more than 4096 features");
      }
      out_.required_features.push_back(*name);
    }
    return ok_status();
  }

  // A number that is shown to people and that nothing is judged by: a reference to a resource,
  // which only a device can resolve, is no reason to refuse the whole app.
  Result<std::optional<uint32_t>> described(const XmlElement& element,
                                            const AttributeName& wanted) const {
    HALLMARK_TRY(const XmlAttribute* found, attribute(xml_, element, wanted));
    if (found == nullptr || !is_integer(*found)) return std::optional<uint32_t>();
    return std::optional<uint32_t>(found->data);
  }

  const XmlDocument& xml_;
  const XmlElement& root_;
  ApkManifest out_;
};

}  // namespace

Result<ApkManifest> manifest_facts(const XmlDocument& untrusted_document) {
  return ManifestReader(untrusted_document).read();
}

}  // namespace hallmark
