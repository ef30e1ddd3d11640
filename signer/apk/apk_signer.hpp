// A key that signs APKs: its certificate, the algorithm that goes with it, and a way to have a
// digest signed. The key itself is somewhere else.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/digest_signer.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

struct ApkSigningKey {
  std::vector<uint8_t> certificate;  // DER
  DigestSigner sign;
};

// RSA up to 3072 bits and P-256 sign SHA-256, larger RSA keys, P-384 and P-521 sign SHA-512; RSA
// with PKCS#1 v1.5. The content digest that goes with it is chunked, of the same hash.
struct ApkSigner {
  ApkSigningKey key;
  Certificate certificate;
  const SignatureAlgorithm* algorithm = nullptr;

  Result<std::vector<uint8_t>> sign(std::span<const uint8_t> message) const;
};

// Refused (kPolicy): keys other than RSA of 2048 to 4096 bits, P-256, P-384 and P-521.
Result<ApkSigner> prepare_signer(const ApkSigningKey& key);

}  // namespace hallmark
