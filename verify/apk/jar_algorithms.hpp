// Which algorithms devices accept in a v1 signature block.
//
// Source: Android's apksig, which has found out by trying. A block names a digest algorithm and a
// signature algorithm; the latter is the key's (rsaEncryption) or the combination's
// (sha256WithRSAEncryption), which not all devices know alike. Left out here, and so refused: MD5,
// SHA-224, and combinations that contradict the digest algorithm, which a few releases took.
#pragma once

#include <cstdint>
#include <span>

#include "verify/apk/sdk_range.hpp"
#include "verify/apk/signature_algorithm.hpp"

namespace hallmark {

struct JarAlgorithm {
  SignatureAlgorithm algorithm;  // its id and content digest mean nothing here
  uint32_t first_sdk = 0;        // the first API level of those that all support it
  bool until_sdk_8 = false;      // levels 0 to 8 did, too

  bool is_supported(SdkRange devices) const;
};

// By the contents of two DER object identifiers. Null for what is not known.
const JarAlgorithm* find_jar_algorithm(std::span<const uint8_t> untrusted_digest_oid,
                                       std::span<const uint8_t> untrusted_signature_oid);

}  // namespace hallmark
