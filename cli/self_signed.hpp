// The X.509 certificate of an APK key, signed by the key itself while it stays in its agent.
//
// Android looks at a certificate's bytes and public key alone. So it is as small as X.509 (RFC
// 5280) allows: version 1, a common name, no extensions, valid from 2020 to 2056, because a key
// that an application lives with must not seem to run out.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

// The DER SubjectPublicKeyInfo of an RSA key, or of an EC key on P-256, P-384 or P-521, from the
// S-expression that gpg-agent calls "public-key".
Result<std::vector<uint8_t>> spki_from_sexp(std::string_view untrusted_sexp);

// PKCS#1 v1.5, or a DER ECDSA-Sig-Value, over a SHA-256 digest.
using Sha256Signer = std::function<Result<std::vector<uint8_t>>(const Sha256Digest& digest)>;

// DER. The signature is checked before it is returned.
Result<std::vector<uint8_t>> self_signed_certificate(std::span<const uint8_t> spki,
                                                     std::string_view common_name,
                                                     const Sha256Signer& sign);

}  // namespace hallmark
