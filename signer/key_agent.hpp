// The private keys, as far as the signer sees them: two kinds of signature, and nothing else.
//
// The keys are in gpg-agent, in another process of another user (signer/gpg_keys.hpp). Tests use a
// fake that fails on demand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

enum class OpenPgpForm {
  kClearSigned,  // the text and its signatures: InRelease
  kDetached,     // the signatures alone, ASCII-armoured: Release.gpg
};

class KeyAgent {
 public:
  virtual ~KeyAgent() = default;

  // One signature by each key (OpenPGP fingerprints, 40 upper-case hex digits), over SHA-512.
  virtual Result<std::string> sign_openpgp(OpenPgpForm form, std::string_view text,
                                           const std::vector<std::string>& fingerprints) = 0;

  // A raw signature over a digest by the key with this grip: PKCS#1 v1.5 as long as the modulus, or
  // a DER ECDSA-Sig-Value. `certificate` (DER) is the key's, and the signature was checked with it.
  virtual Result<std::vector<uint8_t>> sign_digest(const std::string& keygrip,
                                                   std::span<const uint8_t> certificate,
                                                   HashAlgorithm hash,
                                                   std::span<const uint8_t> digest) = 0;
};

// OpenPGP public keys, which signatures are checked with before they are used.
class PublicKeyring {
 public:
  virtual ~PublicKeyring() = default;

  // Fingerprints of the keys that `armored` holds, which are in the keyring from now on.
  virtual Result<std::vector<std::string>> import_keys(std::string_view armored) = 0;
  // One ASCII-armoured block with these keys, minimal: no third-party signatures.
  virtual Result<std::string> export_keys(const std::vector<std::string>& fingerprints) = 0;
};

}  // namespace hallmark
