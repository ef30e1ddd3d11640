#include "signer/allow_lower_evidence.hpp"

#include <algorithm>

#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxSuites = 64;

}  // namespace

Status policy_for_the_lower_evidence(LowerEvidenceCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status lower_evidence_can_be_read(LowerEvidenceCase& subject) {
  const Json& body = subject.untrusted_request.body;
  LowerEvidenceStatement& wanted = subject.wanted;
  HALLMARK_TRY(wanted.product, request_plain_name(body, "product"));
  HALLMARK_TRY(wanted.suites, request_plain_names(body, "suites", kMaxSuites));
  HALLMARK_TRY(const std::string evidence, request_text(body, "evidence"));
  HALLMARK_TRY(wanted.owner, request_plain_name(body, "owner"));
  HALLMARK_TRY(const std::string until, request_text(body, "until"));
  HALLMARK_TRY(wanted.until, untrusted(parse_utc(until)));
  const std::optional<Evidence> level = builders_evidence_from_name(evidence);
  if (!level) return verification_error("evidence", "must be prebuilt, built or reproduced");
  wanted.evidence = *level;
  return ok_status();
}

Status approval_names_this_lower_evidence(LowerEvidenceCase& subject) {
  LowerEvidenceStatement expected = subject.wanted;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Result<bool> is_lower_evidence_allowed_already(const LowerEvidenceCase& subject) {
  return subject.context.state.has_lowered_evidence(subject.approval.statement_sha256);
}

Status suites_of_the_lower_evidence_are_in_the_policy(LowerEvidenceCase& subject) {
  for (const std::string& suite : subject.wanted.suites) {
    if (subject.policy.policy.suite(suite) == nullptr) {
      return policy_error("suite " + suite, "is not in the installed policy");
    }
  }
  return ok_status();
}

Status owner_is_an_approver(LowerEvidenceCase& subject) {
  const std::vector<Approver>& approvers = subject.policy.policy.approvers;
  const bool known = std::any_of(approvers.begin(), approvers.end(), [&](const Approver& approver) {
    return approver.name == subject.wanted.owner;
  });
  if (known) return ok_status();
  return policy_error("owner " + subject.wanted.owner, "is no approver in the installed policy",
                      "name the approver who sees to it that this ends");
}

Status end_is_within_the_policys_bound(LowerEvidenceCase& subject) {
  const int64_t now = subject.context.now();
  const int64_t days = subject.policy.policy.lower_evidence_days;
  if (subject.wanted.until > now && subject.wanted.until - now <= days * kDay) return ok_status();
  return policy_error("end " + format_utc(subject.wanted.until),
                      "is not within the " + std::to_string(days) +
                          " days that the policy allows from " + format_utc(now),
                      "allow it for a shorter time, or change the policy");
}

Status approval_of_the_lower_evidence_is_in_force(LowerEvidenceCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status lower_evidence_is_approved_by_enough_people(LowerEvidenceCase& subject) {
  const Policy& policy = subject.policy.policy;
  const LowerEvidenceStatement& wanted = subject.wanted;
  // An application's signature is bound to no suite, and it may be one that has not come yet.
  HALLMARK_TRY(const bool packages, subject.context.state.is_product_of_packages(wanted.product));
  const uint64_t people = packages ? people_needed_in_suites(policy, wanted.product, wanted.suites)
                                   : policy.most_people_needed();
  return count_approvers({policy, people}, subject.untrusted_request.body, subject.approval);
}

Status commit_lower_evidence(const LowerEvidenceCase& subject) {
  const SignerContext& context = subject.context;
  const LowerEvidenceStatement& wanted = subject.wanted;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  for (const std::string& suite : wanted.suites) {
    HALLMARK_CHECK(context.state.allow_lowered_evidence(
        {wanted.product, suite, wanted.evidence, wanted.owner, wanted.until},
        subject.approval.statement_sha256));
  }
  const Json event{{"kind", "lower-evidence"},
                   {"name", wanted.product},
                   {"suites", wanted.suites},
                   {"evidence", evidence_name(wanted.evidence)},
                   {"owner", wanted.owner},
                   {"until", format_utc(wanted.until)},
                   {"statement", subject.approval.statement_sha256.hex()},
                   {"approvers", subject.approval.approvers}};
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, {event});
}

Result<Response> lower_evidence_answer(const LowerEvidenceCase& subject) {
  return Response{Json{{"evidence", evidence_name(subject.wanted.evidence)},
                       {"until", format_utc(subject.wanted.until)}},
                  {}};
}

}  // namespace hallmark
