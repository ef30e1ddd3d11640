// The private keys, as far as the signer sees them: two kinds of signature, whether a key is there,
// and nothing else.
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

  // Whether the agent has the private key with this grip, in software or as a card that it knows.
  virtual Result<bool> has_key(const std::string& keygrip) = 0;
};

// One key of an OpenPGP key block: the primary, or a subkey.
struct OpenPgpSubkey {
  std::string fingerprint;
  std::string keygrip;
  std::string algorithm;  // "ed25519", "rsa4096"
  int64_t created = 0;    // seconds since 1970
  int64_t expires = 0;    // 0: never
  bool can_sign = false;
  bool revoked = false;

  bool is_over(int64_t now) const { return revoked || (expires != 0 && expires <= now); }
};

// The primary key first; never empty.
struct OpenPgpKey {
  std::vector<OpenPgpSubkey> keys;

  const std::string& fingerprint() const { return keys.front().fingerprint; }
};

// OpenPGP public keys, which signatures are checked with before they are used.
class PublicKeyring {
 public:
  virtual ~PublicKeyring() = default;

  // Fingerprints of the keys that `armored` holds, which are in the keyring from now on.
  virtual Result<std::vector<std::string>> import_keys(std::string_view armored) = 0;
  // One ASCII-armoured block with these keys, minimal: no third-party signatures.
  virtual Result<std::string> export_keys(const std::vector<std::string>& fingerprints) = 0;
  // What the keyring says of each, in the same order; one that is not there is an error.
  virtual Result<std::vector<OpenPgpKey>> describe_keys(
      const std::vector<std::string>& fingerprints) = 0;
};

}  // namespace hallmark
