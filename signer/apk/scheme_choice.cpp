#include "signer/apk/scheme_choice.hpp"

#include "verify/apk/scheme_block.hpp"

namespace hallmark {
namespace {

Error too_few(const ApkManifest& manifest, const std::string& devices, const char* scheme) {
  return policy_error(manifest.package,
                      "has minSdkVersion " + std::to_string(manifest.min_sdk) + ", and " + devices +
                          " know nothing newer than " + scheme,
                      std::string("the key's \"schemes\" must hold ") + scheme);
}

}  // namespace

Result<std::set<ApkScheme>> choose_apk_schemes(const ApkManifest& manifest,
                                               const std::optional<std::set<ApkScheme>>& wanted) {
  const bool old_devices = manifest.min_sdk < kFirstSdkWithV2;
  if (!wanted) {
    std::set<ApkScheme> schemes = {ApkScheme::kV2, ApkScheme::kV3};
    if (old_devices) schemes.insert(ApkScheme::kV1);
    return schemes;
  }
  const bool v1 = wanted->contains(ApkScheme::kV1);
  const bool v2 = wanted->contains(ApkScheme::kV2);
  const bool v3 = wanted->contains(ApkScheme::kV3);
  if (old_devices && !v1) return too_few(manifest, "devices below Android 7.0 (24)", "v1");
  if (manifest.min_sdk < kFirstSdkWithV3 && !v1 && !v2) {
    return too_few(manifest, "devices below Android 9 (28)", "v2");
  }
  if (!v1 && !v2 && !v3) return policy_error(manifest.package, "would get no signature of its own");
  return *wanted;
}

}  // namespace hallmark
