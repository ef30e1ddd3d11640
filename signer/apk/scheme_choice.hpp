// Which signature schemes an APK gets.
#pragma once

#include <optional>
#include <set>

#include "core/model/apk_key.hpp"
#include "core/result.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

// `wanted`, or, without it, v2 and v3, and v1 where minSdkVersion is below 24. Refused (kPolicy):
// schemes that leave a device of the APK's range without a signature that it knows.
Result<std::set<ApkScheme>> choose_apk_schemes(const ApkManifest& manifest,
                                               const std::optional<std::set<ApkScheme>>& wanted);

}  // namespace hallmark
