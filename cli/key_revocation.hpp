// Revoking an OpenPGP key, or a subkey of it, in the signing agent's home: gpg does it, as the
// agent's own user. Whoever gets the public key takes no signature of the revoked part any more,
// older ones included, so nothing follows from it before people hand that key on.
#pragma once

#include <string>
#include <vector>

#include "cli/key_keeper.hpp"

namespace hallmark {

// RFC 9580, section 5.2.3.31.
struct RevocationReason {
  const char* name;
  const char* gpg_code;  // as gpg asks for it
};
constexpr RevocationReason kRevocationReasons[] = {
    {"compromised", "1"}, {"superseded", "2"}, {"retired", "3"}};

struct Revocation {
  std::string fingerprint;  // of the key, or of the subkey
  RevocationReason reason = kRevocationReasons[0];
  std::string text;  // one line, which everybody can read who has the key
};

struct RevokedKey {
  std::string primary;     // fingerprint
  std::string public_key;  // armored, minimal, with what was revoked and its revocations
};

// A part of an OpenPGP key, as `gpg --with-colons` lists it.
struct ListedKey {
  bool primary = false;
  bool revoked = false;
  std::string fingerprint;
};
std::vector<ListedKey> parse_listed_keys(const std::string& listed);

// Needs the signing agent at work, with the primary key. `keyring`: the public keys that users
// have, armored: the home may have been filled from a backup that has older ones. What is revoked
// already stays as it is, and is answered again.
Result<RevokedKey> revoke_key(const KeyKeeper& keeper, const std::string& keyring,
                              const Revocation& revocation);

}  // namespace hallmark
