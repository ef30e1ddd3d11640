// Whether a certificate is for signing at all, as far as Android's v1 verifier asks.
#pragma once

#include <cstdint>
#include <span>

namespace hallmark {

// Not if it has a critical extension that nobody here knows, or if it limits the key's use and
// allows neither digital signatures nor non-repudiation. Schemes since v1 do not ask.
bool may_sign(std::span<const uint8_t> untrusted_certificate);

}  // namespace hallmark
