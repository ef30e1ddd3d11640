// What a security key signs in place of a message: what its authenticator says, and in the form for
// browsers what the browser says, with the message inside. Only for the sources of verify/.
// Source: OpenSSH PROTOCOL.u2f.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "verify/ssh_key_parts.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {

// The signature algorithm of an sk-ecdsa key that a browser asked (telephones have no other way).
bool is_webauthn(const SshKeyType& type, std::string_view algorithm);

// Takes the rest of the signature blob, after algorithm and signature. Refused: nobody touched the
// key; a flag of data that the form does not carry; of a browser, another challenge than the
// message, or an origin that is not https:// in the key's own domain.
Result<std::string> authenticator_statement(const SshKeyParts& parts, std::string_view algorithm,
                                            SshCursor& cursor, std::string_view message);

}  // namespace hallmark
