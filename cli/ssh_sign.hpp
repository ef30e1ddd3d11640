// Signing with a person's own SSH key: ssh-keygen does it, and asks for what the key needs.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// An armoured SSHSIG. `key`: a private key's file, or a public key's whose other half is in the
// person's agent. `subject` is what an error is about.
Result<std::string> sign_with_ssh(const std::string& key, std::string_view name_space,
                                  std::string message, const std::string& subject);

}  // namespace hallmark
