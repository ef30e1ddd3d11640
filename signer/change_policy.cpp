#include "signer/change_policy.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace hallmark {

Status a_policy_is_in_force(PolicyCase& subject) {
  HALLMARK_TRY(subject.in_force, subject.context.policy_to_judge_by());
  subject.installed_already = subject.in_force.sha256 == sha256(subject.text);
  return ok_status();
}

Status approval_names_this_change(PolicyCase& subject) {
  PolicyStatement expected;
  expected.policy_sha256 = subject.in_force.sha256;
  expected.new_policy_sha256 = sha256(subject.text);
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_of_the_change_is_in_force(PolicyCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status change_is_approved_by_enough_people(PolicyCase& subject) {
  const Policy& policy = subject.in_force.policy;
  return count_approvers({policy, policy.most_people_needed()}, subject.untrusted_request.body,
                         subject.approval);
}

// Approvals name the policy that they were made under, so those of an older policy would come to
// life again with it.
Status policy_was_never_in_force(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<PolicyInForce> history, subject.context.state.policy_history());
  const Sha256Digest digest = sha256(subject.text);
  const bool known = std::any_of(history.begin(), history.end(),
                                 [&](const PolicyInForce& old) { return old.sha256 == digest; });
  if (!known) return ok_status();
  return policy_error("policy " + digest.hex(), "was in force before, byte for byte",
                      "add a comment that says why it returns, and approve that");
}

Json change_event(const PolicyCase& subject) {
  Json event = policy_event(subject.text);
  event["replaces"] = subject.in_force.sha256.hex();
  event["statement"] = subject.approval.statement_sha256.hex();
  event["approvers"] = subject.approval.approvers;
  return event;
}

Result<Response> change_policy_and_keys(const PolicyCase& subject) {
  if (!subject.installed_already) HALLMARK_CHECK(record_policy(subject, {change_event(subject)}));
  HALLMARK_CHECK(write_public_keys(subject));
  HALLMARK_TRY(const std::vector<PolicyInForce> history, subject.context.state.policy_history());
  Json answer = {{"policy", history.back().sha256.hex()}};
  if (history.size() > 1) answer["replaces"] = history[history.size() - 2].sha256.hex();
  return Response{std::move(answer), {}};
}

Result<Response> policy_answer(const SignerContext& context) {
  HALLMARK_TRY(const std::vector<PolicyInForce> history, context.state.policy_history());
  if (history.empty()) return policy_error("policy", "is not installed", "hallmark init");
  Json entries = Json::array();
  for (const PolicyInForce& entry : history) {
    Json item = {{"sha256", entry.sha256.hex()}, {"since", format_utc(entry.since)}};
    if (entry.statement) item["statement"] = entry.statement->hex();
    entries.push_back(std::move(item));
  }
  return Response{Json{{"policy", history.back().text},
                       {"sha256", history.back().sha256.hex()},
                       {"history", std::move(entries)}},
                  {}};
}

}  // namespace hallmark
