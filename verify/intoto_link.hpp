// The `rebuild` link that Debian's apt-transport-in-toto asks rebuilders for, before apt installs a
// package: an in-toto link (0.9) with a GnuPG signature over its canonical JSON.
//
// Source: in-toto specification 0.9; the form of the signature is that of securesystemslib, which
// checks it (version 0.26, gpg/common.py and gpg/functions.py).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

// Files by the name that apt downloads them under.
using LinkProducts = std::map<std::string, Sha256Digest>;

// What is signed: that these files came of the lock with this digest. Names without control
// characters, in UTF-8.
std::string rebuild_link(const Sha256Digest& lock_sha256, const LinkProducts& products);

// The file: the link and what `gpg --detach-sign --digest-algo SHA256` wrote for it, which is not
// verified. Refused (kFailed): anything but one version 4 signature over bytes with SHA-256, by an
// RSA or Ed25519 key whose fingerprint is in it.
Result<std::string> signed_link(std::string_view link, std::string_view untrusted_signature);

}  // namespace hallmark
