// An application's key and the older ones that it took over from, as the installed policy chains
// them, ready to sign.
#pragma once

#include <string>
#include <vector>

#include "signer/apk/apk_signer.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct ChainedKey {
  ApkKeyPolicy policy;
  std::string certificate;  // DER
};

// Oldest first, and never empty.
using KeyChain = std::vector<ChainedKey>;

// kPolicy: the installed policy has no such key, or none is installed.
Result<KeyChain> installed_key_chain(const SignerContext& context, const std::string& name);

// The key as APK signing sees it: each signature is one request to the key agent, which shows what
// is signed (`action`, and the digest of the file) to whoever it asks for a passphrase.
ApkSigningKey signing_key(const SignerContext& context, const ChainedKey& key,
                          const std::string& action, const Sha256Digest& file);

}  // namespace hallmark
