// GpgKeys: what the public keyring says of its keys.
#include "signer/gpg_keys.hpp"
#include "signer/gpgme_session.hpp"

namespace hallmark {
namespace {

OpenPgpSubkey facts_of(gpgme_subkey_t subkey) {
  OpenPgpSubkey out;
  out.fingerprint = subkey->fpr;
  if (subkey->keygrip != nullptr) out.keygrip = subkey->keygrip;
  char* algorithm = gpgme_pubkey_algo_string(subkey);
  if (algorithm != nullptr) out.algorithm = algorithm;
  gpgme_free(algorithm);
  out.created = subkey->timestamp;
  out.expires = subkey->expires;
  out.can_sign = subkey->can_sign != 0;
  out.revoked = subkey->revoked != 0 || subkey->invalid != 0;
  return out;
}

}  // namespace

Result<std::vector<OpenPgpKey>> GpgKeys::describe_keys(
    const std::vector<std::string>& fingerprints) {
  HALLMARK_TRY(const GpgmeContext context,
               gpgme_context(GPGME_PROTOCOL_OpenPGP, "/usr/bin/gpg", home_));
  const gpgme_error_t set = gpgme_set_keylist_mode(
      context.get(), GPGME_KEYLIST_MODE_LOCAL | GPGME_KEYLIST_MODE_WITH_KEYGRIP);
  if (set != 0) return gpgme_failure("GPGME", "cannot list keys with their grips", set);
  std::vector<OpenPgpKey> out;
  for (const std::string& fingerprint : fingerprints) {
    gpgme_key_t raw = nullptr;
    const gpgme_error_t code = gpgme_get_key(context.get(), fingerprint.c_str(), &raw, 0);
    if (code != 0) {
      return gpgme_failure("key " + fingerprint, "is not in the signer's keyring", code);
    }
    const GpgmeKey key(raw);
    OpenPgpKey& facts = out.emplace_back();
    for (gpgme_subkey_t subkey = raw->subkeys; subkey != nullptr; subkey = subkey->next) {
      facts.keys.push_back(facts_of(subkey));
    }
  }
  return out;
}

}  // namespace hallmark
