#include "signer/rollout_request.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kAll = 100;  // percent

Result<uint64_t> request_percentage(const Json& body, const std::string& key) {
  const auto found = body.find(key);
  if (found != body.end() && found->is_number_unsigned() && *found <= kAll) {
    return found->get<uint64_t>();
  }
  return verification_error("request", "lacks '" + key + "', a percentage from 0 to 100");
}

std::string percent(uint64_t percentage) { return std::to_string(percentage) + "%"; }

std::string release_name(const RolloutCase& subject) {
  return subject.wanted.product + " " + subject.wanted.version + " in suite " +
         subject.wanted.suite;
}

ReleaseInSuite release_of(const RolloutCase& subject) {
  return {subject.wanted.product, subject.wanted.version, subject.wanted.suite};
}

// A release is one thing, of the lowest share that one of its packages has: some of them may be
// those of an older release, which all machines take.
uint64_t share_in_force(const RolloutCase& subject) {
  uint64_t share = kAll;
  for (const RolledOut& package : subject.packages) share = std::min(share, package.percentage);
  return share;
}

// Of a sibling's line the lower one counts where it did not know of what is in force here.
uint64_t share_from_now_on(const RolloutCase& subject) {
  const uint64_t now = share_in_force(subject);
  return now == subject.wanted.from ? subject.wanted.to : std::min(now, subject.wanted.to);
}

Json rollout_event(const RolloutCase& subject) {
  return Json{{"kind", "rollout"},
              {"name", subject.wanted.product},
              {"product", subject.wanted.product},
              {"version", subject.wanted.version},
              {"suite", subject.wanted.suite},
              {"from", subject.wanted.from},
              {"to", subject.wanted.to},
              {"statement", subject.approval.statement_sha256.hex()},
              {"approvers", subject.approval.approvers}};
}

}  // namespace

Status policy_for_the_rollout(RolloutCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status rollout_can_be_read(RolloutCase& subject) {
  const Json& body = subject.untrusted_request.body;
  RolloutStatement& wanted = subject.wanted;
  HALLMARK_TRY(wanted.product, request_plain_name(body, "product"));
  HALLMARK_TRY(wanted.version, request_text(body, "version"));
  HALLMARK_TRY(wanted.suite, request_plain_name(body, "suite"));
  HALLMARK_TRY(wanted.from, request_percentage(body, "from"));
  HALLMARK_TRY(wanted.to, request_percentage(body, "to"));
  if (!is_version_name(wanted.version)) {
    return verification_error("request", "has a 'version' that is none");
  }
  if (wanted.from != wanted.to) return ok_status();
  return verification_error(
      "request", "changes nothing: it goes from " + percent(wanted.from) + " to the same");
}

Status approval_names_this_rollout(RolloutCase& subject) {
  RolloutStatement expected = subject.wanted;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

// What was called back here before a sibling's line was read is in no suite, and stays so.
Status rolled_out_release_is_in_the_suite(RolloutCase& subject) {
  HALLMARK_TRY(subject.packages, subject.context.state.rolled_out(release_of(subject)));
  if (!subject.packages.empty() || subject.context.adoption != nullptr) return ok_status();
  return policy_error(release_name(subject), "has no package there",
                      "hallmark repo list " + subject.wanted.suite);
}

Result<bool> is_rolled_out_already(const RolloutCase& subject) {
  HALLMARK_TRY(const bool used,
               subject.context.state.rollout_was_used(subject.approval.statement_sha256));
  if (!used || subject.context.adoption != nullptr) return used;
  return share_in_force(subject) == subject.wanted.to;
}

Status rollout_approval_is_not_used_up(RolloutCase& subject) {
  HALLMARK_TRY(const bool used,
               subject.context.state.rollout_was_used(subject.approval.statement_sha256));
  if (!used) return ok_status();
  return policy_error("approval of the rollout of " + release_name(subject),
                      "was used up, and the rollout has changed since",
                      "approve of it again: hallmark rollout");
}

Status rollout_starts_from_what_is_in_force(RolloutCase& subject) {
  const uint64_t now = share_in_force(subject);
  if (subject.context.adoption != nullptr || now == subject.wanted.from) return ok_status();
  return policy_error(release_name(subject),
                      "is at " + percent(now) + ", and not at " + percent(subject.wanted.from),
                      "approve of what is to become of that: hallmark rollout");
}

Status approval_of_the_rollout_is_in_force(RolloutCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status rollout_is_approved_by_enough_people(RolloutCase& subject) {
  const Policy& policy = subject.policy.policy;
  const RolloutStatement& wanted = subject.wanted;
  const uint64_t people =
      wanted.to < wanted.from ? 1 : people_needed_in_suites(policy, wanted.product, {wanted.suite});
  return count_approvers({policy, people}, subject.untrusted_request.body, subject.approval);
}

Status commit_rollout(const RolloutCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.use_rollout(subject.approval.statement_sha256));
  const uint64_t share = share_from_now_on(subject);
  for (const RolledOut& package : subject.packages) {
    HALLMARK_CHECK(context.state.set_rollout(subject.wanted.suite, package.sha256, share));
  }
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, {rollout_event(subject)});
}

Result<Response> rollout_answer(const RolloutCase& subject) {
  Json packages = Json::array();
  for (const RolledOut& package : subject.packages) packages.push_back(package.name);
  return Response{Json{{"suite", subject.wanted.suite},
                       {"to", subject.wanted.to},
                       {"packages", std::move(packages)}},
                  {}};
}

Result<Json> rollouts(const State& state, const std::string& product) {
  HALLMARK_TRY(const std::vector<ReleaseInSuite> releases,
               product.empty() ? state.releases_rolling_out() : state.releases_in_suites(product));
  Json out = Json::array();
  for (const ReleaseInSuite& release : releases) {
    HALLMARK_TRY(const std::vector<RolledOut> packages, state.rolled_out(release));
    Json files = Json::array();
    for (const RolledOut& package : packages) {
      files.push_back({{"name", package.name},
                       {"sha256", package.sha256.hex()},
                       {"percentage", package.percentage}});
    }
    out.push_back({{"product", release.product},
                   {"version", release.version},
                   {"suite", release.suite},
                   {"packages", std::move(files)}});
  }
  return out;
}

Result<Response> rollouts_answer(const SignerContext& context, const Message& request) {
  std::string product;
  if (request.body.contains("product")) {
    HALLMARK_TRY(product, request_plain_name(request.body, "product"));
  }
  HALLMARK_TRY(Json list, rollouts(context.state, product));
  return Response{Json{{"rollouts", std::move(list)}}, {}};
}

}  // namespace hallmark
