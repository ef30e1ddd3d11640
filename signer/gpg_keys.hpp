// Keys in gpg-agent.
//
// OpenPGP: GPGME runs gpg with the signer's own home, where S.gpg-agent is an Assuan redirect file
// to the agent's socket. Raw signatures: the agent's own protocol (signer/agent_session.hpp), with
// SIGKEY, SETHASH and PKSIGN. The socket must be the agent's *restricted* extra socket; another is
// refused, because it would also export, delete and make keys.
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
                                   const std::vector<std::string>& fingerprints) override;
  Result<std::vector<uint8_t>> sign_digest(const std::string& keygrip,
                                           std::span<const uint8_t> certificate, HashAlgorithm hash,
                                           std::span<const uint8_t> digest) override;
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
