#include "signer/rollout_request.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kAll = 100;  // percent
constexpr std::size_t kMaxFollowed = 64;

std::optional<uint64_t> percentage_in(const Json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_number_unsigned() || *found > kAll) return std::nullopt;
  return found->get<uint64_t>();
}

Result<uint64_t> request_percentage(const Json& body, const char* key) {
  const std::optional<uint64_t> percentage = percentage_in(body, key);
  if (percentage) return *percentage;
  return verification_error("request",
                            std::string("lacks '") + key + "', a percentage from 0 to 100");
}

// Sorted, each once.
Result<std::vector<Sha256Digest>> request_digests(const Json& body, const char* key) {
  HALLMARK_TRY(const Json* list, request_array(body, key, kMaxFollowed));
  std::vector<Sha256Digest> out;
  for (const Json& item : *list) {
    if (!item.is_string()) return verification_error("request", "has no text in 'after'");
    HALLMARK_TRY(const Sha256Digest digest,
                 untrusted(Sha256Digest::from_hex(item.get<std::string>())));
    out.push_back(digest);
  }
  std::sort(out.begin(), out.end());
  if (std::adjacent_find(out.begin(), out.end()) == out.end()) return out;
  return verification_error("request", "has the same in 'after' twice");
}

std::string percent(uint64_t percentage) { return std::to_string(percentage) + "%"; }

ReleaseInSuite release_of(const RolloutCase& subject) {
  return {subject.wanted.product, subject.wanted.version, subject.wanted.suite};
}

std::string release_name(const RolloutCase& subject) {
  return subject.wanted.product + " " + subject.wanted.version + " in suite " +
         subject.wanted.suite;
}

// As many as a release of the same takes, and of what else has its bytes; as many as anything takes
// where a package was ever another product's.
Result<uint64_t> people_for_more(const RolloutCase& subject) {
  const Policy& policy = subject.policy.policy;
  const State& state = subject.context.state;
  HALLMARK_TRY(const std::vector<std::string> products,
               state.products_of_packages(release_of(subject)));
  if (products.size() > 1) return policy.most_people_needed();
  HALLMARK_TRY(const std::vector<ReleaseHolder> holders,
               state.release_holders(release_of(subject)));
  uint64_t people = 1;
  for (const ReleaseHolder& holder : holders) {
    people = std::max(people, policy.people_needed(holder.product, holder.suite, holder.component));
  }
  return people;
}

Json rollout_event(const RolloutCase& subject, uint64_t share) {
  return Json{{"kind", "rollout"},
              {"name", subject.wanted.product},
              {"product", subject.wanted.product},
              {"version", subject.wanted.version},
              {"suite", subject.wanted.suite},
              {"from", subject.wanted.from},
              {"to", subject.wanted.to},
              {"share", share},
              {"statement", subject.approval.statement_sha256.hex()},
              {"approvers", subject.approval.approvers}};
}

Result<Json> in_words(const State& state, const std::vector<RollingOut>& releases) {
  Json out = Json::array();
  for (const RollingOut& rolling : releases) {
    HALLMARK_TRY(const RolloutShare in_force, state.rollout_share(rolling.release));
    Json after = Json::array();
    for (const Sha256Digest& statement : in_force.after) after.push_back(statement.hex());
    out.push_back({{"product", rolling.release.product},
                   {"version", rolling.release.version},
                   {"suite", rolling.release.suite},
                   {"share", in_force.share},
                   {"lowest", rolling.lowest},
                   {"highest", rolling.highest},
                   {"after", std::move(after)}});
  }
  return out;
}

}  // namespace

bool is_no_rise(const Json& untrusted_request) {
  const std::optional<uint64_t> from = percentage_in(untrusted_request, "from");
  const std::optional<uint64_t> to = percentage_in(untrusted_request, "to");
  return from && to && *to <= *from;
}

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
  HALLMARK_TRY(wanted.after, request_digests(body, "after"));
  HALLMARK_TRY(wanted.from, request_percentage(body, "from"));
  HALLMARK_TRY(wanted.to, request_percentage(body, "to"));
  if (is_version_name(wanted.version)) return ok_status();
  return verification_error("request", "has a 'version' that is none");
}

Status approval_names_this_rollout(RolloutCase& subject) {
  RolloutStatement expected = subject.wanted;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

// It may have been called back here before a sibling's line was read.
Status rolled_out_release_was_accepted(RolloutCase& subject) {
  const State& state = subject.context.state;
  HALLMARK_TRY(const std::vector<AcceptedBuild> builds, state.builds_of(release_of(subject)));
  HALLMARK_TRY(subject.in_force, state.rollout_share(release_of(subject)));
  if (!builds.empty()) return ok_status();
  return policy_error(release_name(subject), "was never accepted there",
                      "hallmark repo list " + subject.wanted.suite);
}

Result<bool> is_rolled_out_already(const RolloutCase& subject) {
  const Sha256Digest& statement = subject.approval.statement_sha256;
  HALLMARK_TRY(const bool used, subject.context.state.rollout_was_used(statement));
  if (!used || subject.context.adoption != nullptr) return used;
  const std::vector<Sha256Digest>& last = subject.in_force.after;
  return std::find(last.begin(), last.end(), statement) != last.end();
}

Status rollout_approval_is_not_used_up(RolloutCase& subject) {
  HALLMARK_TRY(const bool used,
               subject.context.state.rollout_was_used(subject.approval.statement_sha256));
  if (!used) return ok_status();
  return policy_error("approval of the rollout of " + release_name(subject),
                      "was used up, and another has followed it",
                      "approve of it again: hallmark rollout");
}

Status rollout_follows_what_is_in_force(RolloutCase& subject) {
  if (subject.context.adoption != nullptr) return ok_status();
  if (subject.wanted.after == subject.in_force.after &&
      subject.wanted.from == subject.in_force.share) {
    return ok_status();
  }
  return policy_error(release_name(subject),
                      "is at " + percent(subject.in_force.share) +
                          ", by another decision than the approval follows, which begins at " +
                          percent(subject.wanted.from),
                      "approve of what is to become of that: hallmark rollout");
}

Status approval_of_the_rollout_is_in_force(RolloutCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

// By what it follows, not by what it says that it begins at: of a sibling's line nothing else has
// shown that these agree.
Status rollout_is_approved_by_enough_people(RolloutCase& subject) {
  HALLMARK_TRY(const std::optional<uint64_t> before,
               subject.context.state.share_followed(subject.wanted));
  const bool no_rise = subject.wanted.to == 0 || (before && subject.wanted.to <= *before);
  uint64_t people = 1;
  if (!no_rise) {
    HALLMARK_TRY(people, people_for_more(subject));
  }
  return count_approvers({subject.policy.policy, people}, subject.untrusted_request.body,
                         subject.approval);
}

Status commit_rollout(const RolloutCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_rollout(subject.approval.statement_sha256, subject.wanted));
  HALLMARK_TRY(const RolloutShare now, context.state.rollout_share(release_of(subject)));
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, {rollout_event(subject, now.share)});
}

Result<Response> rollout_answer(const RolloutCase& subject) {
  HALLMARK_TRY(const RolloutShare now, subject.context.state.rollout_share(release_of(subject)));
  return Response{Json{{"suite", subject.wanted.suite}, {"share", now.share}}, {}};
}

Result<Json> rollouts_under_way(const State& state) {
  HALLMARK_TRY(const std::vector<RollingOut> releases, state.releases_rolling_out());
  return in_words(state, releases);
}

Result<Response> rollouts_answer(const SignerContext& context, const Message& request) {
  Json list;
  if (request.body.contains("product")) {
    HALLMARK_TRY(const std::string product, request_plain_name(request.body, "product"));
    HALLMARK_TRY(const std::vector<RollingOut> releases, context.state.releases_in_suites(product));
    HALLMARK_TRY(list, in_words(context.state, releases));
  } else {
    HALLMARK_TRY(list, rollouts_under_way(context.state));
  }
  return Response{Json{{"rollouts", std::move(list)}}, {}};
}

Result<Response> phased_answer(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(const std::string suite, request_plain_name(request.body, "suite"));
  Json phased = Json::object();
  HALLMARK_CHECK(
      context.state.each_phased(suite, [&](std::string_view sha256, uint64_t percentage) {
        phased[std::to_string(percentage)].push_back(sha256);
        return ok_status();
      }));
  return Response{Json{{"phased", std::move(phased)}}, {}};
}

}  // namespace hallmark
