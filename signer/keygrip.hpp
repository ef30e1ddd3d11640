// The name that gpg-agent has for a key: a SHA-1 over its public parameters.
//
// Source: libgcrypt's compute_keygrip (cipher/rsa.c, cipher/ecc.c). RSA: over the modulus as a
// signed integer. EC: over "(1:NAMELENGTH:VALUE)" for p, a, b, g, n and q, unsigned, the points
// uncompressed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/result.hpp"

namespace hallmark {

// Of a certificate's key, RSA or EC on a named curve: 40 upper-case hex digits.
Result<std::string> keygrip_of(std::span<const uint8_t> certificate_der);

}  // namespace hallmark
