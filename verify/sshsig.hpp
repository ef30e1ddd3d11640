// SSHSIG: what `ssh-keygen -Y sign` writes. Approvals and git tags are signed with it.
//
// Source: OpenSSH PROTOCOL.sshsig. Accepted: version 1, hash sha256 or sha512, an empty reserved
// field, nothing before the armour, nothing after it but one newline.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

enum class SshsigHashes { kSha256AndSha512, kSha512 };

// The key that made the signature over exactly these bytes in this namespace. Any key can sign: the
// caller decides whether this one may.
Result<SshPublicKey> verify_sshsig(std::string_view untrusted_armor, std::string_view message,
                                   std::string_view expected_namespace,
                                   SshsigHashes accepted = SshsigHashes::kSha256AndSha512);

// A signature without its armour, for formats that carry the bytes; and armoured again, in the
// lines that ssh-keygen writes.
Result<std::string> sshsig_bytes(std::string_view untrusted_armor);
std::string sshsig_armor(std::string_view bytes);

// The key that a signature names as its own: nothing is verified, but the form is.
Result<SshPublicKey> claimed_sshsig_key(std::string_view untrusted_bytes);

// What a key signs in place of a message, and the armoured signature that its answer, an SSH
// signature blob, makes: what `ssh-keygen -Y sign -n NAMESPACE` does, which hashes with SHA-512.
Result<std::string> sshsig_statement(std::string_view name_space, std::string_view message);
std::string sshsig_by(const SshPublicKey& key, std::string_view name_space,
                      std::string_view signature);

// verify_sshsig() for an approval (core/model/approval.hpp): its namespace, and SHA-512 alone,
// which is what ssh-keygen uses unless it is told otherwise.
Result<SshPublicKey> verify_approval_signature(std::string_view untrusted_armor,
                                               std::string_view statement);

}  // namespace hallmark
