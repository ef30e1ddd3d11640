// A private key of another program's file, into a key agent's home: beside its keys first, to be
// judged, then among them.
#pragma once

#include <string>

#include "cli/key_keeper.hpp"
#include "cli/passphrase.hpp"

namespace hallmark {

enum class KeyFile { kPkcs12, kOpenSsh };

// It has no passphrase then, like the agent's other keys. Returns its public half, an OpenSSH line.
// `subject`: of errors.
Result<std::string> load_key(const KeyKeeper& keeper, KeyFile kind, const std::string& file,
                             const Passphrase& passphrase, const std::string& subject);

// One of these must follow. What is kept is not offered over the agent's SSH socket.
Status keep_loaded_key(const KeyKeeper& keeper, const std::string& subject);
Status forget_loaded_key(const KeyKeeper& keeper, const std::string& subject);

}  // namespace hallmark
