// accept-build: who allows it.
#include <algorithm>

#include "signer/accept_build.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Status targets_are_in_the_policy(BuildCase& subject) {
  for (const Target& target : subject.lock.targets) {
    const SuitePolicy* suite = subject.policy.policy.suite(target.suite);
    if (suite == nullptr) {
      return policy_error("suite " + target.suite, "is not in the installed policy");
    }
    if (!contains(suite->components, target.component)) {
      return policy_error("component " + target.component,
                          "is not in the installed policy's suite " + suite->name);
    }
    // An application has no index of its architecture.
    if (subject.product.recipe.kind == RecipeKind::kDeb && target.architecture != "all" &&
        !contains(suite->architectures, target.architecture)) {
      return policy_error("architecture " + target.architecture,
                          "is not in the installed policy's suite " + suite->name);
    }
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
  expected.suites = approval_suites(subject.lock);
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_is_in_force(BuildCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status approved_by_enough_people(BuildCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers({policy, people_needed(policy, subject.product, subject.lock)},
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

Status evidence_reaches_the_policy(BuildCase& subject) {
  const Evidence needed = std::max(subject.policy.policy.evidence, subject.product.evidence);
  if (subject.record.evidence >= needed) return ok_status();
  return policy_error("build record " + subject.record_sha256.hex(),
                      "proves '" + evidence_name(subject.record.evidence) + "' and '" +
                          evidence_name(needed) + "' is needed",
                      "build it so that it reproduces");
}

}  // namespace hallmark
