// What an Android App Bundle (.aab) says of itself.
//
// A bundle is a ZIP of modules: MODULE/manifest/AndroidManifest.xml in protobuf form, MODULE/dex,
// MODULE/lib, …, one of them named "base", and BundleConfig.pb beside them. A store makes APKs of
// it, and signs those with a key that it holds.
//
// Refused, as an Error of kind kVerification: what zip.hpp refuses; BUNDLE_MALFORMED: no
// BundleConfig.pb, no base module, more than 256 modules, or over 16 MiB of manifests in them, an
// AndroidManifest.xml or classes.dex at the top (a file that is a bundle to one reader and an APK
// to another), modules of different applications or version codes; what manifest.hpp refuses, in
// any module.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

struct AppBundle {
  ApkManifest manifest;              // the base module's; debuggable if any module is
  std::vector<std::string> modules;  // sorted, "base" among them
  std::vector<std::string> abis;     // verify/apk/native_code.hpp
};

// Whether the archive has what makes it a bundle; it may still be refused.
bool looks_like_bundle(const ZipArchive& archive);

Result<AppBundle> read_app_bundle(const FileBytes& untrusted_file, const ZipArchive& archive);
// Reads the ZIP structure as well, as strictly as the verifier.
Result<AppBundle> read_app_bundle(int untrusted_fd);

}  // namespace hallmark
