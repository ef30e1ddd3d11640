// Making a terminal's keys, with stock GnuPG programs run as the agents' own users. No private key
// passes through this process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/agents.hpp"
#include "core/layout.hpp"
#include "core/model/apk_key.hpp"
#include "core/result.hpp"

namespace hallmark {

class KeyKeeper;

// An APK key to be made: what the policy will say of it, as far as that is known before.
struct ApkKeyPlan {
  ApkKeyPolicy policy;  // without keygrip and certificate
  std::string algorithm = "rsa4096";
};

// "NAME[:ALGORITHM][:OPTION=VALUE]...". ALGORITHM: rsa2048, rsa3072, rsa4096, p256, p384. Options:
// signs (applications) and schemes, with '+' between several; rotates (an older key's name),
// min-sdk.
// Refused (kUsage): whatever the policy would not allow this one entry.
Result<ApkKeyPlan> parse_apk_key_plan(const std::string& text);
// What the policy does not allow between entries: a name twice, a rotation from a key that is not
// there. kUsage.
Status check_apk_key_plans(const std::vector<ApkKeyPlan>& plans);
// As gpg-agent's GENKEY takes them; kUsage if there is no such algorithm.
Result<std::string> apk_key_parameters(const std::string& algorithm);

struct ApkKey {
  ApkKeyPolicy policy;
  std::string certificate;  // DER
};

struct MadeOpenPgpKey {
  std::string fingerprint;                 // 40 upper-case hex digits
  std::vector<std::string> spare_subkeys;  // fingerprints
  std::string public_key;                  // armored, minimal, with them
};

struct SigningKeys {
  MadeOpenPgpKey openpgp;
  std::vector<ApkKey> apk;
  std::string log;  // ssh-ed25519, as one OpenSSH line
};

// Writes the agents' configuration into their homes; before their first start.
Status prepare_agent_home(AgentKind kind, const Layout& layout, const AgentUsers& users);

constexpr uint64_t kMostSpareSubkeys = 16;

// Needs the signing agent at work. ed25519 OpenPGP for apt with so many spare signing subkeys
// (which sign nothing until a policy names them, and are published from the start), the APK keys
// that are planned with certificates of their own, and the log key. `owner` is who the keys are
// for, in words.
Result<SigningKeys> make_signing_keys(const Layout& layout, const AgentUsers& users,
                                      const std::string& owner, uint64_t spare_subkeys,
                                      const std::vector<ApkKeyPlan>& apk_keys);

// One key more of a kind, for a terminal that has keys; a policy takes it up. Each needs the
// signing agent at work. `user_id`, `common_name`: what they are called in public.
Result<MadeOpenPgpKey> make_openpgp_key(const KeyKeeper& keeper, const std::string& user_id,
                                        uint64_t spare_subkeys);
Result<ApkKey> make_apk_key(const KeyKeeper& keeper, const ApkKeyPlan& plan,
                            const std::string& common_name);

// Needs the signing agent at work. The key of this terminal's release log alone, as one OpenSSH
// line.
Result<std::string> make_log_key(const Layout& layout, const AgentUsers& users);

// Needs the publishing agent at work. Returns the ed25519 public key as one OpenSSH line.
Result<std::string> make_publishing_key(const Layout& layout, const AgentUsers& users);
// One more, which the agent offers before those that it has; hosts may know those alone yet.
Result<std::string> make_next_publishing_key(const Layout& layout, const AgentUsers& users);

}  // namespace hallmark
