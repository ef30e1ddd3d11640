// Keys in gpg-agent.
//
// Signatures: the agent's own protocol (signer/agent_signature.hpp), with SIGKEY, SETKEYDESC,
// SETHASH and PKSIGN; those of OpenPGP are put together here (signer/openpgp_signature.hpp). The
// socket must be the agent's *restricted* extra socket; another is refused, because it would also
// export, delete and make keys.
//
// Public keys: GPGME runs gpg with the signer's own home, and verifies there what was made.
#pragma once

#include <string>
#include <vector>

#include "signer/key_agent.hpp"

namespace hallmark {

// Makes `home` (0700) with the redirect file to `agent_socket` and a configuration that never
// starts an agent. Existing files of these names are replaced.
Status prepare_gpg_home(const std::string& home, const std::string& agent_socket);

class GpgKeys : public KeyAgent, public PublicKeyring {
 public:
  GpgKeys(std::string home, std::string agent_socket)
      : home_(std::move(home)), agent_socket_(std::move(agent_socket)) {}

  Result<std::string> sign_openpgp(OpenPgpForm form, std::string_view text,
                                   const std::vector<OpenPgpSubkey>& signers,
                                   const std::string& action) override;
  Result<std::vector<uint8_t>> sign_digest(const RawKey& key, HashAlgorithm hash,
                                           std::span<const uint8_t> digest,
                                           const SigningPurpose& purpose) override;
  Result<std::vector<std::string>> import_keys(std::string_view armored) override;
  Result<bool> has_key(const std::string& keygrip) override;
  Result<std::string> export_keys(const std::vector<std::string>& fingerprints) override;
  Result<std::vector<OpenPgpKey>> describe_keys(
      const std::vector<std::string>& fingerprints) override;

 private:
  std::string home_;
  std::string agent_socket_;
};

}  // namespace hallmark
