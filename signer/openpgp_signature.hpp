// OpenPGP signatures over a text, but for the key's part of the work: what is to be hashed, and the
// packet and armour around what the key answered. RFC 4880, version 4 signatures over SHA-512.
//
// gpg would make the same; but it tells the agent that it signs with "the OpenPGP key", where a
// person who is asked for a passphrase must read what is signed, and hides why an agent refused.
// Whatever is made here is verified by gpg before it is used (signer/gpg_openpgp.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "signer/key_agent.hpp"

namespace hallmark {

// One signature in the making.
struct OpenPgpSignature {
  std::string head;             // the packet's body up to the end of the hashed subpackets
  std::string issuer;           // the key's fingerprint, 20 bytes
  std::vector<uint8_t> digest;  // SHA-512, 64 bytes: what the key has to sign
};

// By `signer`, at `time` (seconds since 1970). Refused: a key that is neither RSA, ECDSA nor
// Ed25519.
Result<OpenPgpSignature> start_signature(OpenPgpForm form, std::string_view text,
                                         const OpenPgpSubkey& signer, int64_t time);
// The packet, from the agent's S-expression "sig-val".
Result<std::string> finish_signature(const OpenPgpSignature& signature,
                                     std::string_view untrusted_answer);
// The packets as they are published: ASCII-armoured, after the text where the form has it.
std::string assemble_signatures(OpenPgpForm form, std::string_view text,
                                const std::vector<std::string>& packets);

}  // namespace hallmark
