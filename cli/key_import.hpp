// Keys that were made elsewhere, into the terminal's agents: the ceremony's work, through an
// agent's own files and main socket, with stock programs (gpg, openssl, ssh-add). The private
// halves of what is not handed over as a descriptor pass through this process as the file has them,
// encrypted if it is, and are not opened here.
//
// A key that was elsewhere may still be there: the policy that adds it marks it so
// ("exposed_keys").
#pragma once

#include <string>
#include <vector>

#include "cli/key_keeper.hpp"
#include "cli/passphrase.hpp"
#include "core/bytes.hpp"

namespace hallmark {

struct ImportedOpenPgpKey {
  std::string fingerprint;
  std::string public_key;  // armoured, minimal
};
// `armored` (or binary) as `gpg --export-secret-keys` wrote it: one key with its subkeys. In the
// agent it has no passphrase, like the agent's other keys.
Result<ImportedOpenPgpKey> import_openpgp_key(const KeyKeeper& keeper, const UniqueFd& file,
                                              const Passphrase& passphrase);

struct ImportedCertificate {
  std::string keygrip;
  std::string der;  // of the key's certificate, as the file has it, byte for byte
  Sha256Digest sha256;
};
// RSA, or EC on a NIST curve.
Result<ImportedCertificate> import_pkcs12(const KeyKeeper& keeper, const std::string& file,
                                          const Passphrase& passphrase);

// Into the publishing agent, whose keeper this is: an OpenSSH private key. Returns its public half,
// an OpenSSH line.
Result<std::string> import_ssh_key(const KeyKeeper& keeper, const std::string& file,
                                   const Passphrase& passphrase);
// The agent offers it over its SSH socket from then on.
Status offer_ssh_key(const KeyKeeper& keeper, const std::string& key);

}  // namespace hallmark
