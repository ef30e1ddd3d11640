// change-policy: another policy comes into force, because enough people of the policy in force
// approved of it.
//
// Request: {"policy": text, "openpgp_keys", "apk_certificates" as install-policy takes them, but
// only those that are new, "statement", "signatures": [{"approver", "signature"}]}. Answer:
// {"policy": SHA-256, "replaces": SHA-256 of the one before}. The policy that is in force already
// gets the same answer again, and nothing changes.
//
// policy: {"policy": text, "sha256", "history": [{"sha256", "since", "statement"?}]}, oldest first.
#pragma once

#include "signer/install_policy.hpp"

namespace hallmark {

Status a_policy_is_in_force(PolicyCase& subject);

// Who allows it (change_policy.cpp).
Status approval_names_this_change(PolicyCase& subject);
Status approval_of_the_change_is_in_force(PolicyCase& subject);
Status change_is_approved_by_enough_people(PolicyCase& subject);
Status policy_was_never_in_force(PolicyCase& subject);

// What was signed under the policy in force is not stranded (policy_continuity.cpp).
Status published_suites_stay(PolicyCase& subject);
Status published_suites_keep_their_names(PolicyCase& subject);
Status published_suites_keep_a_key(PolicyCase& subject);
Status retired_versions_stay_retired(PolicyCase& subject);
Status applications_keep_their_keys(PolicyCase& subject);
Status fdroid_repository_keeps_its_key(PolicyCase& subject);
Status rotations_handed_out_stay(PolicyCase& subject);
Status exposed_keys_stay_marked(PolicyCase& subject);
Status log_keeps_its_key_and_name(PolicyCase& subject);

Json change_event(const PolicyCase& subject);  // of the log
Result<Response> change_policy_and_keys(const PolicyCase& subject);
Result<Response> policy_answer(const SignerContext& context);

}  // namespace hallmark
