// Signing an APK with the APK Signature Schemes v2 and v3, without holding a key.
//
// The ZIP's bytes are kept exactly as they are: between the last entry and the central directory
// come zeros up to a multiple of 4096 and the signing block, itself a multiple of 4096; only the
// end record's offset of the central directory changes. Memory does not grow with the APK's size.
// The output depends on the input, the certificate and the signatures alone, so with RSA (PKCS#1
// v1.5) the same input gives the same bytes.
//
// Formats: verify/apk/signing_block.hpp, verify/apk/scheme_block.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/digest_signer.hpp"

namespace hallmark {

struct ApkSigningKey {
  // DER. Its public key says which algorithm is used: RSA up to 3072 bits and P-256 sign SHA-256,
  // larger RSA keys and P-384 sign SHA-512. Other keys are refused.
  std::vector<uint8_t> certificate;
};

// Reads an unsigned APK from `in_fd`, writes the signed one to `out_fd`, an empty regular file open
// for reading and writing, and verifies what was written before it says that all is well. On
// failure `out_fd` is left empty. It is not flushed to disk.
//
// Nobody else may be able to write the file behind `in_fd` meanwhile: what is checked and what is
// signed must be the same bytes.
//
// Refused (kPolicy): a debuggable APK; one that is signed already (a signing block, or signature
// files in META-INF); minSdkVersion below 24, which would need a v1 signature. Refused
// (kVerification): whatever the ZIP and manifest readers refuse, or a key that is not the
// certificate's. `sign_digest` is called twice, for v2 first.
Status sign_apk(int in_fd, int out_fd, const ApkSigningKey& key, const DigestSigner& sign_digest);

}  // namespace hallmark
