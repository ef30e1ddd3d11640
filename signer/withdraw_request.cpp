#include "signer/withdraw_request.hpp"

#include <algorithm>
#include <set>

#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

std::string name_of(const ReleaseInSuite& release) {
  return release.product + " " + release.version +
         (release.suite == kEverySuite ? "" : " in suite " + release.suite);
}

// All that would be lost was accepted within the policy's days: a young release takes none of an
// older one's packages along. A clock that was set back makes nothing young; what was accepted here
// after a sibling called the rest back is.
bool is_young(const WithdrawCase& subject) {
  const int64_t now = subject.context.now();
  const int64_t days = subject.policy.policy.withdraw_days;
  const bool later_is_young = subject.context.adoption != nullptr;
  return std::all_of(subject.holders.begin(), subject.holders.end(),
                     [&](const ReleaseHolder& holder) {
                       return (later_is_young || holder.accepted_at <= now) &&
                              now - holder.accepted_at < days * kDay;
                     });
}

// An application's signature is bound to no suite.
bool holds_an_application(const WithdrawCase& subject) {
  return std::any_of(subject.artefacts.begin(), subject.artefacts.end(),
                     [](const ReleaseArtefact& artefact) {
                       return artefact.kind != "deb" && !is_source(artefact.kind);
                     });
}

// As many as a release of the same takes.
uint64_t people_for_an_old_release(const WithdrawCase& subject) {
  const Policy& policy = subject.policy.policy;
  if (holds_an_application(subject)) return policy.most_people_needed();
  uint64_t people = 1;
  for (const ReleaseHolder& holder : subject.holders) {
    people = std::max(people, policy.people_needed(holder.product, holder.suite, holder.component));
  }
  return people;
}

Json withdrawal_event(const WithdrawCase& subject, const ReleaseArtefact& artefact) {
  return Json{{"kind", "withdrawal"},
              {"name", artefact.name},
              {"size", artefact.size},
              {"sha256", artefact.sha256.hex()},
              {"product", subject.release.product},
              {"version", subject.release.version},
              {"suite", artefact.suite},
              {"component", artefact.component},
              {"statement", subject.approval.statement_sha256.hex()},
              {"approvers", subject.approval.approvers}};
}

}  // namespace

Status policy_is_there_to_ask(WithdrawCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status release_was_accepted(WithdrawCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(subject.release.product, request_text(body, "product"));
  HALLMARK_TRY(subject.release.version, request_text(body, "version"));
  HALLMARK_TRY(subject.release.suite, request_text(body, "suite"));
  HALLMARK_TRY(subject.artefacts, subject.context.state.release_artefacts(subject.release));
  HALLMARK_TRY(subject.holders, subject.context.state.release_holders(subject.release));
  if (!subject.artefacts.empty()) return ok_status();
  return policy_error(name_of(subject.release), "was never accepted, so nothing can be withdrawn");
}

Status approval_names_this_withdrawal(WithdrawCase& subject) {
  WithdrawStatement expected;
  expected.product = subject.release.product;
  expected.policy_sha256 = subject.policy.sha256;
  expected.version = subject.release.version;
  expected.suite = subject.release.suite;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_of_the_withdrawal_is_in_force(WithdrawCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status withdrawal_is_approved_by_enough_people(WithdrawCase& subject) {
  const uint64_t people = is_young(subject) ? 1 : people_for_an_old_release(subject);
  return count_approvers({subject.policy.policy, people}, subject.untrusted_request.body,
                         subject.approval);
}

Result<bool> is_withdrawn_already(const WithdrawCase& subject) {
  return subject.context.state.has_withdrawal(subject.release);
}

Status commit_withdrawal(const WithdrawCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_withdrawal(subject.release, subject.approval.statement_sha256,
                                              context.now()));
  std::vector<Json> events;
  for (const ReleaseArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(context.state.withdraw_stanzas(artefact.sha256, subject.release.suite));
    events.push_back(withdrawal_event(subject, artefact));
  }
  HALLMARK_CHECK(context.state.withdraw_sources(subject.release.suite));
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, std::move(events));
}

Result<Response> withdrawal_answer(const WithdrawCase& subject) {
  const State& state = subject.context.state;
  Json packages = Json::array();
  Json apks = Json::array();
  std::set<Sha256Digest> seen;  // one .deb may be in several suites
  for (const ReleaseArtefact& artefact : subject.artefacts) {
    if (!seen.insert(artefact.sha256).second) continue;
    HALLMARK_TRY(const std::vector<FormerPackage> withdrawn,
                 artefact.kind == "dsc"
                     ? state.former_sources(artefact.sha256, subject.release.suite)
                     : state.former_packages(artefact.sha256, subject.release.suite));
    for (const FormerPackage& package : withdrawn) {
      packages.push_back({{"suite", package.suite},
                          {"component", package.component},
                          {"package", package.package},
                          {"version", package.version},
                          {"architecture", package.architecture}});
    }
    HALLMARK_TRY(const std::optional<SignedApk> apk, state.signed_apk(artefact.sha256));
    if (apk && artefact.kind == "apk") apks.push_back(apk->apk.sha256.hex());
  }
  return Response{Json{{"packages", std::move(packages)}, {"apks", std::move(apks)}}, {}};
}

}  // namespace hallmark
