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

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

enum class OpenPgpForm {
  kClearSigned,  // the text and its signatures: InRelease
  kDetached,     // the signatures alone, ASCII-armoured: Release.gpg
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

// What a person reads where the agent asks for a passphrase, and whoever the signature failed for:
// from facts that the signer has verified.
struct SigningPurpose {
  std::string action;    // "Sign the Release of suite stable"
  Sha256Digest file;     // that is signed: as the release log or an approval names it
  std::string key_name;  // "APK key app"; of OpenPGP keys the agent names them itself
};

// A key that makes raw signatures.
struct RawKey {
  std::string keygrip;
  std::vector<uint8_t> certificate;  // DER
};

class KeyAgent {
 public:
  virtual ~KeyAgent() = default;

  // One signature by each of these keys, over SHA-512.
  virtual Result<std::string> sign_openpgp(OpenPgpForm form, std::string_view text,
                                           const std::vector<OpenPgpSubkey>& signers,
                                           const std::string& action) = 0;

  // A raw signature over a digest: PKCS#1 v1.5 as long as the modulus, or a DER ECDSA-Sig-Value. It
  // was checked with the key's certificate.
  virtual Result<std::vector<uint8_t>> sign_digest(const RawKey& key, HashAlgorithm hash,
                                                   std::span<const uint8_t> digest,
                                                   const SigningPurpose& purpose) = 0;

  // Whether the agent has the private key with this grip, in software or as a card that it knows.
  virtual Result<bool> has_key(const std::string& keygrip) = 0;
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
