// The numbers inside an SSH public key. Only for the sources of verify/.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

enum class SshKeyKind { kEd25519, kEcdsa, kRsa };

// One row per supported key type.
struct SshKeyType {
  const char* name;
  SshKeyKind kind;
  bool security_key;       // the key signs what its authenticator says of the message
  const char* curve;       // ECDSA: the name on the wire
  const char* group;       // ECDSA: libcrypto's name for it
  const char* digest;      // ECDSA: what is signed
  std::size_t point_size;  // ECDSA: an uncompressed point, bytes; Ed25519: the key
};

// Null for a type that is not supported.
const SshKeyType* find_ssh_key_type(std::string_view name);

// Views into the blob that was taken apart.
struct SshKeyParts {
  const SshKeyType* type = nullptr;
  std::string_view point;        // Ed25519 key or uncompressed ECDSA point
  std::string_view modulus;      // RSA, big-endian
  std::string_view exponent;     // RSA, big-endian
  std::string_view application;  // security keys
};

Result<SshKeyParts> take_apart_ssh_key(std::string_view untrusted_blob);

}  // namespace hallmark
