// allow-lower-evidence: until a day, a product may come into suites with less evidence than the
// policy asks for there, because enough people approved of it and one of them owns it. It ends by
// itself.
//
// Request: {"product": name, "suites": [names], "evidence", "owner", "until": UTC, "statement",
// "signatures"}. Answer: {"evidence", "until"}. The same again gives the same answer.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct LowerEvidenceCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  LowerEvidenceStatement wanted{};
  Approval approval{};
};

Status policy_for_the_lower_evidence(LowerEvidenceCase& subject);
Status lower_evidence_can_be_read(LowerEvidenceCase& subject);
Status approval_names_this_lower_evidence(LowerEvidenceCase& subject);

// By this very statement.
Result<bool> is_lower_evidence_allowed_already(const LowerEvidenceCase& subject);

Status suites_of_the_lower_evidence_are_in_the_policy(LowerEvidenceCase& subject);
Status owner_is_an_approver(LowerEvidenceCase& subject);
Status end_is_within_the_policys_bound(LowerEvidenceCase& subject);
Status approval_of_the_lower_evidence_is_in_force(LowerEvidenceCase& subject);
Status lower_evidence_is_approved_by_enough_people(LowerEvidenceCase& subject);

Status commit_lower_evidence(const LowerEvidenceCase& subject);
Result<Response> lower_evidence_answer(const LowerEvidenceCase& subject);

}  // namespace hallmark
