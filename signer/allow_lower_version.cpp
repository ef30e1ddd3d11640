#include "signer/allow_lower_version.hpp"

#include "core/debian_version.hpp"
#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxPackages = 64;

// Applies `check` to the name of each package.
template <typename Check>
Status each_package(const LowerVersionCase& subject, const Check& check) {
  for (const std::string& package : subject.wanted.packages) HALLMARK_CHECK(check(package));
  return ok_status();
}

Result<std::vector<std::string>> read_packages(const Json& body) {
  HALLMARK_TRY(std::vector<std::string> packages,
               request_plain_names(body, "packages", kMaxPackages));
  for (const std::string& package : packages) {
    if (!is_debian_package_name(package)) {
      return verification_error("request", "has a package whose name is none");
    }
  }
  return packages;
}

}  // namespace

Status policy_for_the_lower_version(LowerVersionCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status lower_version_can_be_read(LowerVersionCase& subject) {
  const Json& body = subject.untrusted_request.body;
  LowerVersionStatement& wanted = subject.wanted;
  HALLMARK_TRY(wanted.product, request_plain_name(body, "product"));
  HALLMARK_TRY(wanted.suite, request_plain_name(body, "suite"));
  HALLMARK_TRY(wanted.packages, read_packages(body));
  HALLMARK_TRY(wanted.version_now, request_text(body, "version_now"));
  HALLMARK_TRY(wanted.version_wanted, request_text(body, "version_wanted"));
  HALLMARK_TRY(wanted.reason, request_text(body, "reason"));
  if (!is_debian_version(wanted.version_now) || !is_debian_version(wanted.version_wanted)) {
    return verification_error("request", "has a version that is none of a package");
  }
  if (!is_statement_text(wanted.reason)) {
    return verification_error("reason", "must be one line of printable text, at most 200 bytes");
  }
  return ok_status();
}

Status approval_names_this_lower_version(LowerVersionCase& subject) {
  LowerVersionStatement expected = subject.wanted;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Result<bool> is_lower_version_allowed_already(const LowerVersionCase& subject) {
  return subject.context.state.has_lowered_versions(subject.approval.statement_sha256);
}

Status suite_of_the_lower_version_is_in_the_policy(LowerVersionCase& subject) {
  if (subject.policy.policy.suite(subject.wanted.suite) != nullptr) return ok_status();
  return policy_error("suite " + subject.wanted.suite, "is not in the installed policy");
}

Status packages_are_of_the_product(LowerVersionCase& subject) {
  return each_package(subject, [&](const std::string& package) -> Status {
    HALLMARK_TRY(const std::string owner, subject.context.state.product_of(package));
    if (owner == subject.wanted.product) return ok_status();
    return policy_error(
        package, owner.empty() ? "was never accepted" : "is a package of the product " + owner);
  });
}

Status version_now_is_the_newest(LowerVersionCase& subject) {
  return each_package(subject, [&](const std::string& package) -> Status {
    HALLMARK_TRY(const std::string newest,
                 subject.context.state.newest_version(subject.wanted.suite, package));
    if (newest == subject.wanted.version_now) return ok_status();
    return policy_error(package, "has had version '" + newest + "' in suite " +
                                     subject.wanted.suite + ", and not " +
                                     subject.wanted.version_now + ", as its highest");
  });
}

Status version_wanted_is_lower(LowerVersionCase& subject) {
  const LowerVersionStatement& wanted = subject.wanted;
  if (compare_debian_versions(wanted.version_wanted, wanted.version_now) < 0) return ok_status();
  return policy_error(wanted.version_wanted, "is not lower than " + wanted.version_now,
                      "a higher version needs no leave");
}

Status higher_versions_are_withdrawn(LowerVersionCase& subject) {
  const LowerVersionStatement& wanted = subject.wanted;
  return each_package(subject, [&](const std::string& package) -> Status {
    HALLMARK_TRY(const std::string standing,
                 subject.context.state.newest_standing_version(wanted.suite, package));
    if (standing.empty() || compare_debian_versions(standing, wanted.version_wanted) <= 0) {
      return ok_status();
    }
    return policy_error(package + " " + standing, "is still in suite " + wanted.suite,
                        "hallmark withdraw " + wanted.product + " VERSION");
  });
}

Status approval_of_the_lower_version_is_in_force(LowerVersionCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status lower_version_is_approved_by_enough_people(LowerVersionCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers(
      {policy, people_needed_in_suites(policy, subject.wanted.product, {subject.wanted.suite})},
      subject.untrusted_request.body, subject.approval);
}

Status commit_lower_version(const LowerVersionCase& subject) {
  const SignerContext& context = subject.context;
  const LowerVersionStatement& wanted = subject.wanted;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  std::vector<Json> events;
  HALLMARK_CHECK(each_package(subject, [&](const std::string& package) {
    events.push_back({{"kind", "lower-version"},
                      {"name", package},
                      {"product", wanted.product},
                      {"suite", wanted.suite},
                      {"version_now", wanted.version_now},
                      {"version_wanted", wanted.version_wanted},
                      {"reason", wanted.reason},
                      {"expires", format_utc(subject.approval.expires)},
                      {"statement", subject.approval.statement_sha256.hex()},
                      {"approvers", subject.approval.approvers}});
    return context.state.allow_lowered_version(
        {wanted.suite, package, wanted.version_now, wanted.version_wanted},
        subject.approval.statement_sha256, subject.approval.expires);
  }));
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, std::move(events));
}

Result<Response> lower_version_answer(const LowerVersionCase& subject) {
  return Response{
      Json{{"allowed", subject.wanted.packages}, {"expires", format_utc(subject.approval.expires)}},
      {}};
}

}  // namespace hallmark
