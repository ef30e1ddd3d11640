// Writing META-INF/MANIFEST.MF and the .SF; the writing half of verify/apk/jar_manifest.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/hash.hpp"

namespace hallmark {

// An entry and the digest of its uncompressed bytes.
struct JarEntryDigest {
  std::string_view name;
  std::vector<uint8_t> digest;
};

struct JarTexts {
  std::string manifest;
  std::string signature_file;
};

// Sections in the order of the entries, which must be sorted by name; lines end with CR LF, and
// those of more than 70 bytes are wrapped. `schemes` is X-Android-APK-Signed ("2, 3"); empty: no
// such line. Names with NUL, CR or LF are refused (kVerification): nothing can escape them.
Result<JarTexts> write_jar_texts(HashAlgorithm hash, const std::vector<JarEntryDigest>& entries,
                                 const std::string& schemes);

}  // namespace hallmark
