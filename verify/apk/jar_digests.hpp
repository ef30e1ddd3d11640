// The digests in the sections of a JAR signature's files: which of them devices look at.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/jar_manifest.hpp"
#include "verify/apk/sdk_range.hpp"

namespace hallmark {

struct JarDigest {
  HashAlgorithm hash = HashAlgorithm::kSha256;
  std::vector<uint8_t> value;  // as the file says; not necessarily as long as such a digest is

  bool matches(std::span<const uint8_t> bytes) const;
};

struct JarDigests {
  std::vector<JarDigest> digests;  // one or two
  bool for_all_devices = false;    // else some device finds none that it knows
};

// The digests that devices in the range take to check the section's subject; `suffix` is "-Digest",
// "-Digest-Manifest" or "-Digest-Manifest-Main-Attributes". From 18 a device takes the strongest of
// SHA-512, SHA-384, SHA-256 and SHA1; before, the first that the section lists in
// Digest-Algorithms, or else SHA or SHA1. MD5, which old devices take where the section lists it,
// counts as none.
//
// An Error if a digest is not base64.
Result<JarDigests> digests_to_check(const JarFile& file, const JarSection& section,
                                    std::string_view suffix, SdkRange devices);

}  // namespace hallmark
