#include "verify/fdroid/version.hpp"

#include "verify/apk/native_code.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

Json fdroid_permissions(const ApkManifest& manifest, bool from_sdk_23) {
  Json out = Json::array();
  for (const ApkPermission& permission : manifest.permissions) {
    if (permission.from_sdk_23 != from_sdk_23) continue;
    Json entry = {{"name", permission.name}};
    if (permission.max_sdk) entry["maxSdkVersion"] = *permission.max_sdk;
    out.push_back(std::move(entry));
  }
  return out;
}

void add_unless_empty(Json& object, const char* key, Json list) {
  if (!list.empty()) object[key] = std::move(list);
}

}  // namespace

Json fdroid_manifest(const ApkManifest& manifest, const std::vector<std::string>& abis,
                     const std::string& signer) {
  Json out = {
      {"versionCode", manifest.version_code},
      {"versionName", manifest.version_name.empty() ? std::to_string(manifest.version_code)
                                                    : manifest.version_name},
      {"usesSdk", {{"minSdkVersion", manifest.min_sdk}, {"targetSdkVersion", manifest.target_sdk}}},
      {"signer", {{"sha256", Json::array({signer})}}}};
  if (manifest.max_sdk) out["maxSdkVersion"] = *manifest.max_sdk;
  add_unless_empty(out, "usesPermission", fdroid_permissions(manifest, false));
  add_unless_empty(out, "usesPermissionSdk23", fdroid_permissions(manifest, true));
  add_unless_empty(out, "nativecode", abis);
  Json features = Json::array();
  for (const std::string& name : manifest.required_features) features.push_back({{"name", name}});
  add_unless_empty(out, "features", std::move(features));
  return out;
}

Result<FdroidApkFacts> fdroid_facts(int untrusted_apk, const std::string& subject) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_apk));
  ApkVerifyOptions options;
  options.file = subject;
  HALLMARK_TRY(const ApkReport report, verify_apk(file, options));
  if (!report.verified || report.signers.empty()) {
    return verification_error(subject, "does not verify", "hallmark apk verify says why");
  }
  const std::string& signer = report.lineage.empty() ? report.signers.front().certificate_sha256
                                                     : report.lineage.front().certificate_sha256;
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  HALLMARK_TRY(const ApkManifest manifest, read_apk_manifest(file, archive));
  return FdroidApkFacts{manifest.package, fdroid_manifest(manifest, native_abis(archive), signer)};
}

}  // namespace hallmark
