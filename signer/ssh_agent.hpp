// The log key in gpg-agent, reached through its SSH socket: Ed25519 over bytes of any length, which
// its own protocol does not offer. Source: draft-miller-ssh-agent.
//
// One connection for each question; every answer is bounded in size and time.
#pragma once

#include <string>
#include <vector>

#include "signer/log_key_agent.hpp"

namespace hallmark {

class SshAgent : public LogKeyAgent {
 public:
  explicit SshAgent(std::string socket) : socket_(std::move(socket)) {}

  Result<std::vector<SshPublicKey>> log_keys() override;
  Result<std::string> sign_log(const SshPublicKey& key, std::string_view text) override;

 private:
  std::string socket_;
};

// The keys of an SSH_AGENT_IDENTITIES_ANSWER. One of a type that is not known is an error: the
// agent is to offer the log key and nothing else.
Result<std::vector<SshPublicKey>> parse_ssh_identities(std::string_view untrusted_answer);
// The signature blob of an SSH_AGENT_SIGN_RESPONSE.
Result<std::string> parse_ssh_signature(std::string_view untrusted_answer);

}  // namespace hallmark
