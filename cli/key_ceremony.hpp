// Making a terminal's keys, with stock GnuPG programs run as the agents' own users. No private key
// passes through this process.
#pragma once

#include <string>

#include "cli/agents.hpp"
#include "core/bytes.hpp"
#include "core/layout.hpp"
#include "core/result.hpp"

namespace hallmark {

struct KeyNames {
  std::string openpgp_user_id;   // "Example archive <archive@example.org>"
  std::string certificate_name;  // X.509 DN: "CN=Example app"
};

struct SigningKeys {
  std::string openpgp_fingerprint;  // 40 upper-case hex digits
  std::string openpgp_public_key;   // armored, minimal
  std::string apk_keygrip;          // 40 upper-case hex digits
  std::string apk_certificate;      // DER
};

// Writes the agents' configuration into their homes; before their first start.
Status prepare_agent_home(AgentKind kind, const Layout& layout, const AgentUsers& users);

// Needs the signing agent at work. ed25519 OpenPGP for apt, RSA-4096 with a self-signed certificate
// for APKs.
Result<SigningKeys> make_signing_keys(const Layout& layout, const AgentUsers& users,
                                      const KeyNames& names);

// Needs the publishing agent at work. Returns the ed25519 public key as one OpenSSH line.
Result<std::string> make_publishing_key(const Layout& layout, const AgentUsers& users);

}  // namespace hallmark
