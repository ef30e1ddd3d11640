// accept-build: who allows it.
#include "signer/accept_build.hpp"
#include "signer/package_rules.hpp"
#include "signer/rules.hpp"

namespace hallmark {

Status targets_are_in_the_policy(BuildCase& subject) {
  const Policy& policy = subject.policy.policy;
  for (const Target& target : subject.lock.targets) {
    HALLMARK_CHECK(place_is_in_the_policy(policy, target));
    // An application has no index of its architecture.
    if (subject.product.recipe.kind == RecipeKind::kApk) continue;
    HALLMARK_CHECK(architecture_is_in_the_policy(policy, target));
  }
  return ok_status();
}

Status approval_names_this_release(BuildCase& subject) {
  ApprovalStatement expected;
  expected.action = "release";
  expected.product = subject.product.name;
  expected.product_sha256 = subject.product_sha256;
  expected.policy_sha256 = subject.policy.sha256;
  expected.version = subject.lock.version;
  expected.lock_sha256 = subject.lock_sha256;
  expected.suites = approval_suites(subject.lock.targets);
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_is_in_force(BuildCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status approved_by_enough_people(BuildCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers({policy, people_needed(policy, subject.product, subject.lock.targets)},
                         subject.untrusted_request.body, subject.approval);
}

Status approval_is_not_used_up(BuildCase& subject) {
  HALLMARK_TRY(const std::optional<AcceptedBuild> accepted,
               subject.context.state.build(subject.lock_sha256, subject.record.target));
  if (!accepted) return ok_status();
  return policy_error(
      "approval of " + subject.lock.product + " " + subject.lock.version,
      "was used up by build record " + accepted->record.hex() + ", which has other artefacts",
      "release a new version");
}

// Whatever evidence is asked for: somebody who was asked got something else. What another terminal
// of the group has accepted is judged by what it knew; whoever promotes it here is asked again.
Status no_rebuilder_dissents(BuildCase& subject) {
  const Policy& policy = subject.policy.policy;
  const BuildOutcome outcome{subject.lock_sha256, subject.record.target, subject.record.artefacts};
  HALLMARK_TRY(subject.word, rebuilders_word(subject.context.state, policy, outcome));
  const bool adopting = subject.context.adoption != nullptr;
  subject.evidence = raised_evidence(policy, subject.word, subject.record.evidence, adopting);
  if (adopting) return ok_status();
  return nobody_dissents(subject.word, outcome, subject.lock.product + " " + subject.lock.version);
}

Status evidence_reaches_the_policy(BuildCase& subject) {
  return evidence_reaches(
      subject.context.state, subject.policy.policy, subject.product, subject.record.target,
      {"build record " + subject.record_sha256.hex(), subject.evidence}, subject.context.now());
}

}  // namespace hallmark
