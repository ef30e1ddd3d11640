// What people write about an app for its F-Droid page, in the form in which the index has it, and
// nothing that is derived from an APK: {"metadata", "whatsNew"?, "antiFeatures"?}.
//
//   metadata      of MetadataV2 (F-Droid's client, libs/index, PackageV2.kt): name, summary,
//                 description, icon; license, categories, webSite, sourceCode, issueTracker,
//                 changelog, translation, authorName, authorEmail, authorWebSite, donate
//   whatsNew      by version code: {"12": {"en-US": "…"}}
//   antiFeatures  of every version: {"NonFreeNet": {"en-US": "why"}}
//
// Any other key is refused. A text of a language is {"en-US": "…"}, a file of one {"en-US":
// {"name": "/icons/SHA256.png", "sha256", "size"}}. Addresses are http or https.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

inline constexpr uint64_t kMaxFdroidIcon = uint64_t{1} << 20U;  // bytes

// "/icons/SHA256.png": the name of an icon by its contents, below the repository's folder.
std::string fdroid_icon_name(const Sha256Digest& sha256);

Status check_fdroid_texts(const Json& untrusted_texts, const std::string& subject);

}  // namespace hallmark
