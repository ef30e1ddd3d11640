// Signing an Android App Bundle with an upload key, for an app under Play App Signing.
//
// A bundle is no APK: no device installs it, and Play takes it with a v1 (JAR) signature and
// nothing else. SHA-256 throughout, the entries' bytes kept exactly as they are, without a line
// that promises newer schemes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/digest_signer.hpp"
#include "verify/apk/byte_source.hpp"

namespace hallmark {

struct AabSigning {
  std::vector<uint8_t> certificate;  // DER; RSA or EC
  // What is signed already is refused unless the old signature may be left out.
  bool strip_existing = false;
};

// Signs the bundle in `in_fd`, and verifies the outcome before it says that all is well. It is
// written nowhere yet. `sign_digest` is called once. What a bundle has to contain is not looked at
// here.
//
// Nobody else may be able to write the file behind `in_fd`, which stays open for as long as the
// outcome is used.
Result<ByteSource> sign_aab(int in_fd, const AabSigning& how, const DigestSigner& sign_digest);

}  // namespace hallmark
