// install-policy: the signer takes its own copy of the policy and of the public keys it names,
// once.
//
// Request: {"policy": text, "openpgp_keys": [armoured], "apk_certificates": [{"name",
// "der_base64"}], "ceremony": text}. Answer: {"policy": SHA-256}. The ceremony's record, which may
// be absent, goes into the log as it is, for people: at most 8 KiB of UTF-8. The public keys are
// also written to public/, for everyone. Handing in the same policy again writes them again and
// changes nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

// Of install-policy and of change-policy.
struct PolicyCase {
  const SignerContext& context;
  const Message& untrusted_request;

  std::string text{};
  Policy policy{};
  bool installed_already = false;
  std::string ceremony{};  // of an installation; empty: without
  // Of a change; of an installation that takes over, the policy before.
  InstalledPolicy in_force{};
  std::string replaced{};  // its text, of the latter
  Approval approval{};
  std::map<std::string, std::string> certificates{};  // DER by key name
};

Status policy_can_be_read(PolicyCase& subject);
Status no_other_policy_is_installed(PolicyCase& subject);
Status ceremony_record_is_a_text(PolicyCase& subject);
Status policy_suits_this_terminal(PolicyCase& subject);
Status approvers_have_usable_keys(PolicyCase& subject);
Status rebuilders_have_usable_keys(PolicyCase& subject);
Status certificates_are_those_of_the_policy(PolicyCase& subject);
Status openpgp_keys_are_those_of_the_policy(PolicyCase& subject);
// The policy names this terminal's log key, and its agent offers that key and no other.
Status log_key_is_the_agents(PolicyCase& subject);

Result<Response> install_policy_and_keys(const PolicyCase& subject);

// The policy comes into force, with its certificates; its public keys are files for everyone.
Json policy_event(const std::string& text);             // of the log
Status put_policy_in_force(const PolicyCase& subject);  // in an open transaction
Status record_policy(const PolicyCase& subject, const std::vector<Json>& events);
Status write_public_keys(const PolicyCase& subject);

// A demo terminal's policy says "demo" in origin and label, and no other terminal's claims to be
// one.
Status check_demo_mark(const Policy& policy, bool demo_terminal);
// The OpenPGP keys of all suites, each once.
std::vector<std::string> openpgp_fingerprints(const Policy& policy);

}  // namespace hallmark
