// One APK as an F-Droid index tells of it: what its manifest says, and who signs it.
//
// Format: ManifestV2 of F-Droid's client (libs/index, PackageV2.kt), which fdroidserver writes too.
// The publisher and the signer each derive it from the bytes that they hold, with this code.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

// `abis` as native_abis() gives them. `signer`: SHA-256 in hex of the certificate that devices of
// any age know the app by: of a rotated key the oldest. A manifest that names no version gets its
// code for a name, as clients need one.
Json fdroid_manifest(const ApkManifest& manifest, const std::vector<std::string>& abis,
                     const std::string& signer);

struct FdroidApkFacts {
  std::string application;
  Json manifest;
};
// Of a signed APK, which must verify.
Result<FdroidApkFacts> fdroid_facts(int untrusted_apk, const std::string& subject);

}  // namespace hallmark
