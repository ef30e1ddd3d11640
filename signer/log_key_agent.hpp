// The key that signs this terminal's release log, as far as the signer sees it. Tests use a fake.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

class LogKeyAgent {
 public:
  virtual ~LogKeyAgent() = default;

  virtual Result<std::vector<SshPublicKey>> log_keys() = 0;
  // An SSH signature blob over `text`, by the ssh-ed25519 key `key`. Not yet verified.
  virtual Result<std::string> sign_log(const SshPublicKey& key, std::string_view text) = 0;
};

}  // namespace hallmark
