// Building the APK Signing Block with a v2 and a v3 signer; the writing half of
// verify/apk/scheme_block.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/apk_signing.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

// What both schemes' signers share.
struct ApkSigner {
  const SignatureAlgorithm* algorithm = nullptr;
  std::span<const uint8_t> certificate;  // DER
  std::span<const uint8_t> spki;
};

// Signs the content digest for both schemes and returns the whole block, a multiple of 4096 bytes.
Result<std::vector<uint8_t>> build_signing_block(const ApkSigner& signer,
                                                 std::span<const uint8_t> content_digest,
                                                 const DigestSigner& sign_digest);

}  // namespace hallmark
