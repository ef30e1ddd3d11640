#include "signer/signing_part.hpp"

#include <algorithm>

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

constexpr const char* kRenew =
    "put the renewed key, or another one, in force: hallmark policy propose --openpgp-key";
constexpr const char* kName = "name one for this terminal in the policy's \"signing_subkeys\"";

std::string named(const OpenPgpKey& key) { return "OpenPGP key " + key.fingerprint(); }

// Whether the policy keeps it for some terminal.
bool is_named(const Policy& policy, const OpenPgpSubkey& part) {
  return std::any_of(policy.signing_subkeys.begin(), policy.signing_subkeys.end(),
                     [&](const SigningSubkey& entry) { return entry.subkey == part.fingerprint; });
}

// Over or not, here or not. Where none is named for this terminal, none that is another's.
std::vector<OpenPgpSubkey> parts_for(const SignerContext& context, const Policy& policy,
                                     const OpenPgpKey& key) {
  const SigningSubkey* entry = policy.signing_subkey(context.origin.terminal, key.fingerprint());
  std::vector<OpenPgpSubkey> out;
  for (const OpenPgpSubkey& part : key.keys) {
    const bool may = entry == nullptr ? !is_named(policy, part) : entry->subkey == part.fingerprint;
    if (part.can_sign && may) out.push_back(part);
  }
  return out;
}

// All of them: here or away, over or not.
std::vector<std::string> signing_subkeys(const OpenPgpKey& key) {
  std::vector<std::string> out;
  for (const OpenPgpSubkey& part : key.keys) {
    if (part.can_sign && part.fingerprint != key.fingerprint()) out.push_back(part.fingerprint);
  }
  return out;
}

Error is_over(const OpenPgpKey& key, const OpenPgpSubkey& part) {
  const bool primary = part.fingerprint == key.fingerprint();
  const std::string words = primary ? "" : "has a subkey, " + part.fingerprint + ", that ";
  if (part.revoked) return policy_error(named(key), words + "is revoked", kRenew);
  return policy_error(named(key), words + "expired at " + format_utc(part.expires), kRenew);
}

// Those that can sign now; of several, one that is the primary key alone.
Result<std::vector<OpenPgpSubkey>> parts_here(const SignerContext& context, const Policy& policy,
                                              const OpenPgpKey& key) {
  std::vector<OpenPgpSubkey> out;
  for (const OpenPgpSubkey& part : parts_for(context, policy, key)) {
    if (part.is_over(context.now())) continue;
    HALLMARK_TRY(const bool there, context.keys.has_key(part.keygrip));
    if (!there) continue;
    out.push_back(part);
    if (part.fingerprint == key.fingerprint()) break;
  }
  return out;
}

}  // namespace

Status check_not_over(const SignerContext& context, const Policy& policy, const OpenPgpKey& key) {
  if (key.keys.front().is_over(context.now())) return is_over(key, key.keys.front());
  const std::vector<OpenPgpSubkey> parts = parts_for(context, policy, key);
  for (const OpenPgpSubkey& part : parts) {
    if (!part.is_over(context.now())) return ok_status();
  }
  if (!parts.empty()) return is_over(key, parts.back());
  const SigningSubkey* entry = policy.signing_subkey(context.origin.terminal, key.fingerprint());
  if (entry == nullptr) return policy_error(named(key), "has no part that may sign", kRenew);
  return policy_error(named(key), "has no subkey " + entry->subkey + " that may sign",
                      "hand in the key with that subkey: hallmark policy propose --openpgp-key");
}

Status check_in_agent(const SignerContext& context, const Policy& policy, const OpenPgpKey& key) {
  HALLMARK_TRY(const std::vector<OpenPgpSubkey> here, parts_here(context, policy, key));
  if (!here.empty()) return ok_status();
  const SigningSubkey* entry = policy.signing_subkey(context.origin.terminal, key.fingerprint());
  const std::string words =
      entry == nullptr ? "is" : "has the subkey " + entry->subkey + ", which is";
  return policy_error(named(key), words + " not in this terminal's agent",
                      "bring it here: hallmark keys restore, or keys import; or leave it out");
}

Result<OpenPgpSubkey> part_that_signs(const SignerContext& context, const Policy& policy,
                                      const OpenPgpKey& key) {
  HALLMARK_TRY(std::vector<OpenPgpSubkey> here, parts_here(context, policy, key));
  if (here.empty()) return policy_error(named(key), "has no part here that may sign", kName);
  const bool is_clear =
      policy.signing_subkey(context.origin.terminal, key.fingerprint()) != nullptr ||
      here.front().fingerprint == key.fingerprint();
  const std::vector<std::string> subkeys = signing_subkeys(key);
  if (is_clear || subkeys.size() == 1) return std::move(here.front());
  std::string words = "has several subkeys that may sign:";
  for (const std::string& subkey : subkeys) words += " " + subkey;
  return policy_error(named(key), words, kName);
}

}  // namespace hallmark
