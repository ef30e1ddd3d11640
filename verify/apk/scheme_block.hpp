// The values of the v2, v3 and v3.1 pairs in the APK Signing Block, as structures.
//
// Source: https://source.android.com/docs/security/features/apksigning/v2, …/v3 and …/v3-1, whose
// structures are v3's. With LP for "u32 length and that many bytes":
//   value       = LP sequence of LP signer
//   v2 signer   = LP signed-data, LP signatures, LP public key
//   v3 signer   = LP signed-data, u32 min SDK, u32 max SDK, LP signatures, LP public key
//   signed-data = LP digests, LP certificates, (v3: u32 min SDK, u32 max SDK,) LP attributes
//   signature, digest = LP {u32 algorithm, LP bytes}; attribute = LP {u32 id, bytes}
// Nothing may follow any of these inside its length, but v2's signed-data, after which apksigner
// writes one u32 of zero. All spans point into the value that was parsed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/sdk_range.hpp"

namespace hallmark {

enum class SignatureScheme { kV2, kV3, kV31 };
const char* scheme_name(SignatureScheme scheme);  // "v2", "v3", "v3.1"
// "V2_SIG_" or, for v3.1 as well, "V3_SIG_" + suffix: the code of a finding about this scheme's
// block.
std::string scheme_code(SignatureScheme scheme, const char* suffix);

// The scheme's number where another scheme refers to it (strip protection).
constexpr uint32_t kV3SchemeId = 3;
constexpr uint32_t kStripProtectionAttribute = 0xbeeff00d;
constexpr uint32_t kLineageAttribute = 0x3ba06f8c;
// In v3: u32, the first API level that uses the v3.1 block, which must therefore be there.
constexpr uint32_t kRotationMinSdkAttribute = 0x559f8b02;
// In v3.1: the signer is also for development releases that still have the level before its own.
constexpr uint32_t kRotationOnDevReleaseAttribute = 0xc2a6b3ba;

struct AlgorithmBytes {
  uint32_t algorithm = 0;
  std::span<const uint8_t> bytes;
};

// A signer before its signatures are checked: signed_data is opaque until they are.
struct SchemeSigner {
  std::span<const uint8_t> signed_data;
  SdkRange sdk;  // not v2
  std::vector<AlgorithmBytes> signatures;
  std::span<const uint8_t> public_key;  // DER SubjectPublicKeyInfo
};

struct SchemeAttribute {
  uint32_t id = 0;
  std::span<const uint8_t> value;
};

struct SchemeSignedData {
  std::vector<AlgorithmBytes> digests;
  std::vector<std::span<const uint8_t>> certificates;  // DER
  SdkRange sdk;                                        // not v2
  std::vector<SchemeAttribute> attributes;
};

// Errors are of kind kVerification with a code as subject: V2_SIG_MALFORMED_SIGNERS,
// V2_SIG_NO_SIGNERS, V2_SIG_TOO_MANY_SIGNERS (more than 10), V2_SIG_MALFORMED_SIGNER,
// V2_SIG_MALFORMED_SIGNATURE, V2_SIG_MALFORMED_DIGEST.
Result<std::vector<SchemeSigner>> parse_scheme_signers(SignatureScheme scheme,
                                                       std::span<const uint8_t> untrusted_value);
// The signature over `signed_data` has been checked; whoever made it may still have made nonsense.
Result<SchemeSignedData> parse_signed_data(SignatureScheme scheme,
                                           std::span<const uint8_t> signed_data);

}  // namespace hallmark
