#include "signer/key_chain.hpp"

namespace hallmark {

Result<KeyChain> installed_key_chain(const SignerContext& context, const std::string& name) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, context.state.policy());
  if (!policy) return policy_error("policy", "is not installed", "hallmark init");
  KeyChain chain;
  for (const ApkKeyPolicy* key : apk_key_chain(policy->policy.apk_keys, name)) {
    HALLMARK_TRY(const std::optional<std::string> der, context.state.certificate(key->name));
    if (!der) return failed("APK key " + key->name, "has no certificate in the signing state");
    chain.push_back({*key, *der});
  }
  if (chain.empty()) return policy_error("APK key '" + name + "'", "is not in the policy");
  return chain;
}

ApkSigningKey signing_key(const SignerContext& context, const ChainedKey& key,
                          const std::string& action, const Sha256Digest& file) {
  const std::span<const uint8_t> der = as_bytes(key.certificate);
  const RawKey raw{key.policy.keygrip, {der.begin(), der.end()}};
  const SigningPurpose purpose{action, file, "APK key " + key.policy.name};
  DigestSigner sign = [&keys = context.keys, raw, purpose](HashAlgorithm hash,
                                                           std::span<const uint8_t> digest) {
    return keys.sign_digest(raw, hash, digest, purpose);
  };
  return {raw.certificate, std::move(sign)};
}

}  // namespace hallmark
