// index-v2.json of an F-Droid repository: written by one function, which the publisher composes
// with and the signer compares with.
//
// Format: IndexV2 and PackageV2 of F-Droid's client (libs/index), as fdroidserver writes it:
//   {"packages": {APPLICATION: {"metadata": {…}, "versions": {SHA256: {"added", "file": {"name",
//    "sha256", "size"}, "manifest", "antiFeatures"?, "whatsNew"?}}}},
//    "repo": {"address", "name", "description", "mirrors"?, "timestamp", "categories"?,
//    "antiFeatures"?}}
// Times are in milliseconds since 1970. Of one content there is one text: no spaces, keys sorted,
// UTF-8. Whatever reads another text of the same JSON differently (a key twice, say) is shown none.
//
// Limits: 64 MiB, 16 levels; texts.hpp has those of the texts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/model/fdroid_policy.hpp"
#include "core/result.hpp"

namespace hallmark {

inline constexpr std::size_t kMaxFdroidIndex = std::size_t{64} << 20U;  // bytes

// An APK that is served.
struct FdroidVersion {
  std::string application;
  std::string name;  // "org.example.app_1.0.apk", in the repository's folder
  Sha256Digest sha256;
  uint64_t size = 0;
  int64_t added = 0;  // seconds since 1970: when it was accepted
  Json manifest;      // fdroid_manifest()
};

// By application; see texts.hpp.
using FdroidTexts = std::map<std::string, Json>;

struct FdroidIndex {
  FdroidPolicy repository;
  int64_t timestamp = 0;  // seconds since 1970
  std::vector<FdroidVersion> versions;
  FdroidTexts texts;  // of applications that have no version nothing is written
};

// An error is text that is not UTF-8.
Result<std::string> write_fdroid_index(const FdroidIndex& index);

// An index that nobody vouches for: what was written freely in it. That it is otherwise what it has
// to be shows when it is written again.
struct UntrustedFdroidIndex {
  int64_t timestamp = 0;  // seconds since 1970
  std::size_t packages = 0;
  FdroidTexts texts;
  Json json;
};
Result<UntrustedFdroidIndex> read_fdroid_index(std::string_view untrusted_text);

// The first place where two indices differ, in words.
std::string fdroid_difference(const Json& untrusted_shown, const Json& expected);

// Where clients read it: a name that no other index ever has.
std::string fdroid_index_name(const Sha256Digest& sha256);  // "/index-v2/SHA256.json"

// entry.json, which the signature is over.
struct FdroidEntry {
  int64_t timestamp = 0;  // seconds since 1970
  Sha256Digest sha256;    // of the index
  uint64_t size = 0;
  std::size_t packages = 0;
};
std::string write_fdroid_entry(const FdroidEntry& entry);
// Refuses all but what write_fdroid_entry() gives.
Result<FdroidEntry> read_fdroid_entry(std::string_view untrusted_text);

}  // namespace hallmark
