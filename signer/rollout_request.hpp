// rollout: how many of the machines that have a package are to take the version that a suite has of
// it (Phased-Update-Percentage, the one field of an accepted stanza that may change).
//
// Going down, to 0 too, takes one approver: that is how a bad release is stopped. Going up takes as
// many as a release does.
//
// Request: {"product", "version", "suite", "from": 0..100, "to": 0..100, "statement",
// "signatures"}. `from` is what is in force. Answer: {"suite", "to", "packages": [names of files]}.
// The same again gives the same answer, and changes nothing.
//
// Two terminals may have changed it at once. Where what a sibling started from is not what is in
// force here, the lower percentage counts, so that all come to the same in whatever order they hear
// of it.
#pragma once

#include <vector>

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
  std::vector<RolledOut> packages{};  // what the suite has of the release
};

Status policy_for_the_rollout(RolloutCase& subject);
Status rollout_can_be_read(RolloutCase& subject);
Status approval_names_this_rollout(RolloutCase& subject);
Status rolled_out_release_is_in_the_suite(RolloutCase& subject);

// By this very statement, and nothing has changed it since.
Result<bool> is_rolled_out_already(const RolloutCase& subject);

Status rollout_approval_is_not_used_up(RolloutCase& subject);
Status rollout_starts_from_what_is_in_force(RolloutCase& subject);
Status approval_of_the_rollout_is_in_force(RolloutCase& subject);
Status rollout_is_approved_by_enough_people(RolloutCase& subject);

Status commit_rollout(const RolloutCase& subject);
Result<Response> rollout_answer(const RolloutCase& subject);

// rollouts: what fewer than all machines take. Request: {"product"?}: all that suites have of this
// product, each suite's versions rising, whatever share takes it. Answer: {"rollouts": [{"product",
// "version", "suite", "packages": [{"name", "sha256", "percentage"}]}]}.
// The list alone; an empty product is none.
Result<Json> rollouts(const State& state, const std::string& product = "");
Result<Response> rollouts_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
