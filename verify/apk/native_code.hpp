// For which processors an APK or a bundle carries native code.
#pragma once

#include <string>
#include <vector>

#include "verify/apk/zip.hpp"

namespace hallmark {

// The ABIs that Android knows for which there is a lib/ABI/NAME.so, sorted; in a bundle
// MODULE/lib/ABI/NAME.so. Empty: the app runs on any processor.
std::vector<std::string> native_abis(const ZipArchive& archive);
std::vector<std::string> bundle_native_abis(const ZipArchive& archive);

}  // namespace hallmark
