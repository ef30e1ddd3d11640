#include "signer/key_rules.hpp"

#include <algorithm>

#include "core/model/approval.hpp"
#include "signer/keygrip.hpp"

namespace hallmark {
namespace {

constexpr const char* kRenew =
    "put the renewed key, or another one, in force: hallmark policy propose --openpgp-key";

std::string named(const std::string& fingerprint) { return "OpenPGP key " + fingerprint; }

Error is_over(const std::string& fingerprint, const OpenPgpSubkey& key) {
  if (key.revoked) return policy_error(named(fingerprint), "is revoked", kRenew);
  return policy_error(named(fingerprint), "expired at " + format_utc(key.expires), kRenew);
}

Status check_not_over(const OpenPgpKey& key, int64_t now) {
  if (key.keys.front().is_over(now)) return is_over(key.fingerprint(), key.keys.front());
  const OpenPgpSubkey* over = nullptr;
  for (const OpenPgpSubkey& part : key.keys) {
    if (!part.can_sign) continue;
    if (!part.is_over(now)) return ok_status();
    over = &part;
  }
  if (over != nullptr) return is_over(key.fingerprint(), *over);
  return policy_error(named(key.fingerprint()), "has no part that may sign", kRenew);
}

Status check_not_over(const SignerContext& context, const std::vector<std::string>& fingerprints) {
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys, context.keyring.describe_keys(fingerprints));
  for (const OpenPgpKey& key : keys) HALLMARK_CHECK(check_not_over(key, context.now()));
  return ok_status();
}

Status check_in_agent(const SignerContext& context, const OpenPgpKey& key) {
  for (const OpenPgpSubkey& part : key.keys) {
    if (!part.can_sign || part.is_over(context.now())) continue;
    HALLMARK_TRY(const bool there, context.keys.has_key(part.keygrip));
    if (there) return ok_status();
  }
  return policy_error(named(key.fingerprint()), "is not in this terminal's agent",
                      "import it, or leave it out of the policy; hallmark keys list");
}

Status check_in_agent(const SignerContext& context, const std::vector<std::string>& fingerprints) {
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys, context.keyring.describe_keys(fingerprints));
  for (const OpenPgpKey& key : keys) HALLMARK_CHECK(check_in_agent(context, key));
  return ok_status();
}

// The primary key alone, if it can sign now.
Result<std::vector<OpenPgpSubkey>> parts_that_can_sign(const SignerContext& context,
                                                       const OpenPgpKey& key) {
  std::vector<OpenPgpSubkey> out;
  for (const OpenPgpSubkey& part : key.keys) {
    if (!part.can_sign || part.is_over(context.now())) continue;
    HALLMARK_TRY(const bool there, context.keys.has_key(part.keygrip));
    if (!there) continue;
    out.push_back(part);
    if (&part == &key.keys.front()) break;
  }
  return out;
}

std::vector<std::string> new_fingerprints(const PolicyCase& subject) {
  const std::vector<std::string> before = openpgp_fingerprints(subject.in_force.policy);
  std::vector<std::string> out;
  for (const std::string& fingerprint : openpgp_fingerprints(subject.policy)) {
    if (!std::binary_search(before.begin(), before.end(), fingerprint)) out.push_back(fingerprint);
  }
  return out;
}

bool was_there(const Policy& before, const ApkKeyPolicy& key) {
  return std::any_of(before.apk_keys.begin(), before.apk_keys.end(),
                     [&](const ApkKeyPolicy& old) { return old.keygrip == key.keygrip; });
}

}  // namespace

Status suite_keys_are_not_over(ReleaseCase& subject) {
  return check_not_over(subject.context, subject.suite->keys);
}

Status suite_keys_are_in_the_agent(ReleaseCase& subject) {
  return check_in_agent(subject.context, subject.suite->keys);
}

Status one_part_of_each_key_signs(ReleaseCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys,
               context.keyring.describe_keys(subject.suite->keys));
  for (const OpenPgpKey& key : keys) {
    HALLMARK_TRY(std::vector<OpenPgpSubkey> parts, parts_that_can_sign(context, key));
    if (parts.size() == 1) {
      subject.signers.push_back(std::move(parts.front()));
      continue;
    }
    return policy_error(named(key.fingerprint()),
                        "has " + std::to_string(parts.size()) + " subkeys here that may sign");
  }
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
  return check_not_over(subject.context, new_fingerprints(subject));
}

Status new_keys_are_in_the_agent(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  HALLMARK_CHECK(check_in_agent(subject.context, new_fingerprints(subject)));
  for (const ApkKeyPolicy& key : subject.policy.apk_keys) {
    if (was_there(subject.in_force.policy, key)) continue;
    HALLMARK_TRY(const bool there, subject.context.keys.has_key(key.keygrip));
    if (there) continue;
    return policy_error("APK key " + key.name, "is not in this terminal's agent",
                        "import it, or leave it out of the policy; hallmark keys list");
  }
  return ok_status();
}

}  // namespace hallmark
