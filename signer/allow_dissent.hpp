// allow-dissent: what a rebuilder said against a build no longer stands in its way, because enough
// people approved of exactly that.
//
// Request: {"product", "version", "owner": a rebuilder's name, "attestations": [SHA-256], "reason",
// "statement", "signatures"}. Answer: {"overruled": attestations}. The same again gives the same
// answer. What the rebuilder says later is not overruled by it.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct DissentCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  DissentStatement wanted{};
  Approval approval{};
};

Status policy_for_the_dissent(DissentCase& subject);
Status dissent_can_be_read(DissentCase& subject);
Status approval_names_this_dissent(DissentCase& subject);

// By this very statement.
Result<bool> is_dissent_allowed_already(const DissentCase& subject);

// This rebuilder said all of it, of this release.
Status attestations_are_the_rebuilders(DissentCase& subject);
Status approval_of_the_dissent_is_in_force(DissentCase& subject);
Status dissent_is_approved_by_enough_people(DissentCase& subject);

Status commit_dissent(const DissentCase& subject);
Result<Response> dissent_answer(const DissentCase& subject);

}  // namespace hallmark
