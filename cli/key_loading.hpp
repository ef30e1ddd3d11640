// A private key of another program's file, into a key agent's home.
#pragma once

#include <string>

#include "cli/key_keeper.hpp"
#include "cli/passphrase.hpp"

namespace hallmark {

enum class KeyFile { kPkcs12, kOpenSsh };

// In the agent it has no passphrase, like the agent's other keys, and is not offered over its SSH
// socket. Returns its public half, an OpenSSH line. `subject`: of errors.
Result<std::string> load_key(const KeyKeeper& keeper, KeyFile kind, const std::string& file,
                             const Passphrase& passphrase, const std::string& subject);

}  // namespace hallmark
