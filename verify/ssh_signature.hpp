// Whether an SSH signature blob is a key's signature over some bytes.
//
// Signature algorithms: that of the key's own type; for RSA keys rsa-sha2-256 and rsa-sha2-512 and
// never ssh-rsa (SHA-1); for sk-ecdsa keys also webauthn-sk-ecdsa-sha2-nistp256@openssh.com, of a
// page in the key's own domain. A security key's signature counts only with the user-presence flag:
// a person touched the key. Source: RFC 8332, RFC 5656 section 3.1.2, RFC 8709, OpenSSH
// PROTOCOL.u2f.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

Status verify_ssh_signature(const SshPublicKey& key, std::string_view untrusted_signature,
                            std::string_view message);

}  // namespace hallmark
