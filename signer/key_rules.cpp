#include "signer/key_rules.hpp"

#include <algorithm>

#include "signer/keygrip.hpp"
#include "signer/signing_part.hpp"

namespace hallmark {
namespace {

using PartCheck = Status (*)(const SignerContext&, const Policy&, const OpenPgpKey&);

Status check_keys(const SignerContext& context, const Policy& policy,
                  const std::vector<std::string>& fingerprints, PartCheck check) {
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys, context.keyring.describe_keys(fingerprints));
  for (const OpenPgpKey& key : keys) HALLMARK_CHECK(check(context, policy, key));
  return ok_status();
}

Status one_part_signs(const SignerContext& context, const Policy& policy, const OpenPgpKey& key) {
  const Result<OpenPgpSubkey> part = part_that_signs(context, policy, key);
  if (!part.ok()) return part.error();
  return ok_status();
}

std::string subkey_of(const PolicyCase& subject, const Policy& policy, const std::string& key) {
  const SigningSubkey* entry = policy.signing_subkey(subject.context.origin.terminal, key);
  return entry == nullptr ? "" : entry->subkey;
}

// New in the policy, or with another part that signs here.
std::vector<std::string> new_fingerprints(const PolicyCase& subject) {
  const std::vector<std::string> before = openpgp_fingerprints(subject.in_force.policy);
  std::vector<std::string> out;
  for (const std::string& fingerprint : openpgp_fingerprints(subject.policy)) {
    const bool known = std::binary_search(before.begin(), before.end(), fingerprint) &&
                       subkey_of(subject, subject.policy, fingerprint) ==
                           subkey_of(subject, subject.in_force.policy, fingerprint);
    if (!known) out.push_back(fingerprint);
  }
  return out;
}

bool was_there(const Policy& before, const ApkKeyPolicy& key) {
  return std::any_of(before.apk_keys.begin(), before.apk_keys.end(),
                     [&](const ApkKeyPolicy& old) { return old.keygrip == key.keygrip; });
}

}  // namespace

Status openpgp_keys_are_not_over(const SignerContext& context, const Policy& policy,
                                 const std::vector<std::string>& fingerprints) {
  return check_keys(context, policy, fingerprints, check_not_over);
}

Status openpgp_keys_are_in_the_agent(const SignerContext& context, const Policy& policy,
                                     const std::vector<std::string>& fingerprints) {
  return check_keys(context, policy, fingerprints, check_in_agent);
}

Result<std::vector<OpenPgpSubkey>> parts_that_sign(const SignerContext& context,
                                                   const Policy& policy,
                                                   const std::vector<std::string>& fingerprints) {
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys, context.keyring.describe_keys(fingerprints));
  std::vector<OpenPgpSubkey> parts;
  for (const OpenPgpKey& key : keys) {
    HALLMARK_TRY(parts.emplace_back(), part_that_signs(context, policy, key));
  }
  return parts;
}

Status suite_keys_are_not_over(ReleaseCase& subject) {
  return openpgp_keys_are_not_over(subject.context, subject.policy.policy, subject.suite->keys);
}

Status suite_keys_are_in_the_agent(ReleaseCase& subject) {
  return openpgp_keys_are_in_the_agent(subject.context, subject.policy.policy, subject.suite->keys);
}

Status one_part_of_each_key_signs(ReleaseCase& subject) {
  HALLMARK_TRY(subject.signers,
               parts_that_sign(subject.context, subject.policy.policy, subject.suite->keys));
  return ok_status();
}

Status keygrips_are_those_of_the_certificates(PolicyCase& subject) {
  for (const ApkKeyPolicy& key : subject.policy.apk_keys) {
    const Result<std::string> grip = keygrip_of(as_bytes(subject.certificates.at(key.name)));
    if (!grip.ok()) return verification_error("APK key " + key.name, grip.error().message());
    if (*grip == key.keygrip) continue;
    return verification_error(
        "APK key " + key.name,
        "has the keygrip " + key.keygrip + ", and its certificate is for the key " + *grip);
  }
  return ok_status();
}

Status new_keys_are_not_over(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  return check_keys(subject.context, subject.policy, new_fingerprints(subject), check_not_over);
}

Status new_keys_are_in_the_agent(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  HALLMARK_CHECK(
      check_keys(subject.context, subject.policy, new_fingerprints(subject), check_in_agent));
  for (const ApkKeyPolicy& key : subject.policy.apk_keys) {
    if (was_there(subject.in_force.policy, key)) continue;
    HALLMARK_TRY(const bool there, subject.context.keys.has_key(key.keygrip));
    if (there) continue;
    return policy_error("APK key " + key.name, "is not in this terminal's agent",
                        "bring it here: hallmark keys restore, or keys import; or leave it out");
  }
  return ok_status();
}

Status one_part_of_each_new_key_signs(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  return check_keys(subject.context, subject.policy, new_fingerprints(subject), one_part_signs);
}

Status subkeys_are_parts_of_their_keys(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  for (const SigningSubkey& entry : subject.policy.signing_subkeys) {
    HALLMARK_TRY(const std::vector<OpenPgpKey> keys,
                 subject.context.keyring.describe_keys({entry.key}));
    const std::vector<OpenPgpSubkey>& parts = keys.front().keys;
    const bool there = std::any_of(parts.begin(), parts.end(), [&](const OpenPgpSubkey& part) {
      return part.fingerprint == entry.subkey && part.can_sign;
    });
    if (there) continue;
    return policy_error(
        "OpenPGP key " + entry.key,
        "has no subkey " + entry.subkey + " that may sign, for terminal " + entry.terminal,
        "hand in the key with that subkey: hallmark policy propose --openpgp-key");
  }
  return ok_status();
}

}  // namespace hallmark
