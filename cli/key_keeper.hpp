// Work in a key agent's home, as the agent's own user and with stock GnuPG programs: files of its
// configuration, new keys, and the one signature that a new key makes over its own certificate.
//
// This is the ceremony's way to the keys, through the agent's main socket. The signer has another,
// which cannot make or take out keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/agents.hpp"
#include "core/result.hpp"
#include "process/run.hpp"

namespace hallmark {

// A key that an agent has.
struct AgentKey {
  std::string keygrip;
  std::string card;             // its serial number, or "-" where that is not known; empty: a file
  std::string ssh_fingerprint;  // "SHA256:..."
  bool has_passphrase = false;
};

class KeyKeeper {
 public:
  KeyKeeper(std::string home, AgentUsers users)
      : home_(std::move(home)), users_(std::move(users)) {}

  const std::string& home() const { return home_; }

  // A file of the home, owned by the agent's user.
  Status write_file(const std::string& name, const std::string& text) const;
  // A GnuPG program at work in this home.
  Command command(const char* program, const std::vector<std::string>& arguments) const;

  // Has the agent make a key of the kind that `parameters` (an S-expression) describes; returns its
  // keygrip.
  Result<std::string> generate_key(const std::string& parameters) const;
  Result<std::vector<AgentKey>> list_keys() const;
  // The S-expression "public-key".
  Result<std::string> public_key(const std::string& keygrip) const;
  // The S-expression "sig-val" over a digest in hexadecimal; `hash` as gpg-agent calls it.
  Result<std::string> sign(const std::string& keygrip, const std::string& hash,
                           const std::string& digest) const;

 private:
  Result<std::string> ask_agent(const std::vector<std::string>& commands) const;

  std::string home_;
  AgentUsers users_;
};

// 40 upper-case hexadecimal digits: a keygrip, an OpenPGP v4 fingerprint.
bool is_hex40(const std::string& text);
// The text after `mark` on each line that starts with it.
std::vector<std::string> lines_after(const std::string& text, const std::string& mark);

}  // namespace hallmark
