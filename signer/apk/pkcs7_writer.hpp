// Writing a signature block; the writing half of verify/apk/pkcs7.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

struct JarBlockParts {
  std::span<const uint8_t> certificate;         // DER
  KeyKind key = KeyKind::kRsa;                  // the certificate's; RSA or EC
  HashAlgorithm hash = HashAlgorithm::kSha256;  // or SHA-1
  std::span<const uint8_t> signature;           // over the .SF
};

// PKCS#7 SignedData, version 1: detached, one certificate, one signer named by issuer and serial
// number, no attributes. The signature algorithm is named as the key's (rsaEncryption,
// ecPublicKey), which more devices know than the combination with the hash.
Result<std::vector<uint8_t>> write_pkcs7_block(const JarBlockParts& parts);

}  // namespace hallmark
