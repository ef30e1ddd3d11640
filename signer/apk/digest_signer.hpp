// The one thing that APK signing asks of whoever holds the key.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

// Signs a digest made with the given hash: PKCS#1 v1.5 (a signature as long as the modulus) for
// RSA, a DER ECDSA-Sig-Value for EC.
using DigestSigner =
    std::function<Result<std::vector<uint8_t>>(HashAlgorithm, std::span<const uint8_t> digest)>;

}  // namespace hallmark
