// One signature by gpg-agent over one digest: the commands, what a person is shown meanwhile, and
// what an agent's refusal means.
//
// Source: gpg-agent's own "HELP SIGKEY", "SETKEYDESC", "SETHASH", "PKSIGN", and libgpg-error.
#pragma once

#include <string>

#include "signer/agent_session.hpp"
#include "signer/key_agent.hpp"

namespace hallmark {

struct AgentSignature {
  std::string keygrip;
  std::string hash;    // as SETHASH calls it: "sha512"
  std::string digest;  // hexadecimal
};

// The agent at `socket`, which must be its restricted (extra) one: another is refused.
Result<AgentSession> restricted_session(const std::string& socket);

// The S-expression "sig-val". An error has purpose.key_name as its subject and says what a person
// can do about it.
Result<std::string> ask_for_signature(AgentSession& agent, const AgentSignature& wanted,
                                      const SigningPurpose& purpose);

// The argument of SETKEYDESC: the action, the file's digest and the digest that is signed.
// Printable ASCII in lines of at most 72 characters, whatever `purpose` has; less than 900 bytes in
// all.
std::string key_description(const SigningPurpose& purpose, const AgentSignature& wanted);

// What an agent's refusal to sign means, by its gpg_error_t.
Error signing_failure(const std::string& key_name, unsigned code);

}  // namespace hallmark
