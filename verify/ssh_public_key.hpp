// SSH public keys, as they stand in policy, in product files and in signatures.
//
// Types: ssh-ed25519; ecdsa-sha2-nistp256, -nistp384, -nistp521; ssh-rsa of 3072 to 16384 bits; and
// the security-key forms sk-ssh-ed25519@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com.
// Certificates and DSA keys are refused. Source: RFC 4253 section 6.6, RFC 5656 section 3.1,
// RFC 8709, OpenSSH PROTOCOL.u2f.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

struct SshPublicKey {
  std::string type;  // "ssh-ed25519"
  std::string blob;  // the wire encoding, which is what two equal keys have in common

  // "TYPE BASE64", with an optional comment; one line, without options before it.
  static Result<SshPublicKey> parse(std::string_view openssh_line);
  static Result<SshPublicKey> from_blob(std::string_view untrusted_blob);

  std::string openssh() const;      // "TYPE BASE64"
  std::string fingerprint() const;  // "SHA256:…", as ssh-keygen -l shows it
  bool operator==(const SshPublicKey&) const = default;
};

}  // namespace hallmark
