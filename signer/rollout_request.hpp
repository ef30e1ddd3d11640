// rollout: which share of the machines that have a release's packages upgrades to what a suite has
// (Phased-Update-Percentage, the one field of an accepted stanza that may change).
//
// Going down, to 0 too, takes one approver, and is answered whatever is known of other terminals:
// that is how a bad release is stopped. Going up takes as many as a release does.
//
// Each statement names those that it follows, so an approval is for one change of what people saw
// and cannot come back later. Two terminals may have changed it at once: of the statements that no
// other follows the lowest share counts, in whatever order they are heard of.
//
// Request: {"product", "version", "suite", "after": [SHA-256 of statements], "from": 0..100,
// "to": 0..100, "statement", "signatures"}. Answer: {"suite", "share"}. The same again gives the
// same answer, and changes nothing, until another statement has followed it.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct RolloutCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  RolloutStatement wanted{};
  Approval approval{};
  RolloutShare in_force{};
};

// Does the request ask for no more machines than before? It says so itself, and its statement must.
bool is_no_rise(const Json& untrusted_request);

Status policy_for_the_rollout(RolloutCase& subject);
Status rollout_can_be_read(RolloutCase& subject);
Status approval_names_this_rollout(RolloutCase& subject);
Status rolled_out_release_was_accepted(RolloutCase& subject);

// By this very statement, which no other has followed.
Result<bool> is_rolled_out_already(const RolloutCase& subject);

Status rollout_approval_is_not_used_up(RolloutCase& subject);
Status rollout_follows_what_is_in_force(RolloutCase& subject);
Status approval_of_the_rollout_is_in_force(RolloutCase& subject);
Status rollout_is_approved_by_enough_people(RolloutCase& subject);

Status commit_rollout(const RolloutCase& subject);
Result<Response> rollout_answer(const RolloutCase& subject);

// rollouts: which releases fewer than all machines take. Request: {"product"?}: all that suites
// have of this product, each suite's versions rising. Answer: {"rollouts": [{"product", "version",
// "suite", "share": in force, "lowest", "highest": of its packages, "after": [statements]}]}.
Result<Response> rollouts_answer(const SignerContext& context, const Message& request);
// The list of what fewer than all machines take.
Result<Json> rollouts_under_way(const State& state);

// phased: for the publisher. Request: {"suite"}. Answer: {"phased": {PERCENTAGE: [SHA-256 of a
// .deb]}}.
Result<Response> phased_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
