#include "cli/withdraw.hpp"

#include <algorithm>
#include <set>

#include "cli/accepted_release.hpp"
#include "cli/checksums.hpp"
#include "cli/repository.hpp"
#include "cli/sibling_apps.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

Result<ApprovalSubject> withdrawal_approval(const TerminalRoot& root, const ReleaseName& release,
                                            const std::string& suite) {
  if (!is_plain_name(release.product) || !is_version_name(release.version) ||
      (!suite.empty() && !is_plain_name(suite))) {
    return usage_error("'" + release.text() + "'", "is not a product and a version, in a suite");
  }
  HALLMARK_TRY(const std::string policy, root.policy_text());
  WithdrawStatement statement;
  statement.product = release.product;
  statement.policy_sha256 = sha256(policy);
  statement.version = release.version;
  statement.suite = suite.empty() ? kEverySuite : suite;
  HALLMARK_TRY(statement.terminal_group, root.group());
  const std::string where = suite.empty() ? "every-suite" : "suite-" + suite;
  return ApprovalSubject{root.layout(),
                         root.layout().withdrawal(release.product, release.version, where),
                         with_expiry(statement)};
}

Result<Message> ask_signer(TerminalRoot& root, const ReleaseName& release,
                           const ApprovalSubject& subject, const WithdrawOptions& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject));
  Json request = {{"type", "withdraw"},
                  {"product", release.product},
                  {"version", release.version},
                  {"suite", options.suite.empty() ? kEverySuite : options.suite}};
  add_approval(policy, approvals, request);
  return root.request("hallmark-sign", request);
}

// From the repository, what the signer says is withdrawn; the suites that it was in.
Result<std::vector<std::string>> remove_withdrawn(TerminalRoot& root, const Json& withdrawn) {
  std::set<std::string> suites;
  Json packages = Json::array();
  for (const Json& package : withdrawn.value("packages", Json::array())) {
    suites.insert(package.value("suite", std::string()));
    packages.push_back({{"suite", package["suite"]},
                        {"component", package["component"]},
                        {"package", package["package"]},
                        {"version", package["version"]},
                        {"architecture", package["architecture"]}});
  }
  HALLMARK_CHECK(remove_packages(root, packages));
  for (const Json& apk : withdrawn.value("apks", Json::array())) {
    const auto removed =
        root.request("hallmark-push", Json{{"type", "remove-apk"}, {"sha256", apk}});
    if (!removed.ok()) return removed.error();
  }
  // And what this terminal has of them that another one signed.
  HALLMARK_CHECK(remove_withdrawn_apps(root));
  return std::vector<std::string>(suites.begin(), suites.end());
}

// What follows once the log tells of the withdrawal.
Result<StepReport> without_it(TerminalRoot& root, const ReleaseName& release,
                              const Json& withdrawn) {
  HALLMARK_TRY(const std::vector<std::string> suites, remove_withdrawn(root, withdrawn));
  StepReport report{release.text() + " is withdrawn", withdrawn};
  if (!suites.empty()) {
    HALLMARK_TRY(const StepReport composed, sign_suites(root, suites));
    report.summary += "; " + composed.summary;
  }
  if (!withdrawn.value("apks", Json::array()).empty()) {
    StepReport index{"", Json::object()};
    HALLMARK_CHECK(add_fdroid_index(root, index));
    if (!index.summary.empty()) report.summary += "; " + index.summary;
  }
  // Of a list that names what was called back nothing is served on; another suite's may stand.
  reconcile_checksums(root, FilesAtHand());
  HALLMARK_TRY(const std::vector<AcceptedBuild> accepted, accepted_builds(root, release));
  const bool some_stand = std::any_of(accepted.begin(), accepted.end(),
                                      [](const AcceptedBuild& build) { return !build.withdrawn; });
  if (some_stand) {
    renew_checksums(root, release, report);
  } else {
    HALLMARK_CHECK(remove_checksums(root, release));
  }
  report.summary += "\nhosts serve the old indices until 'hallmark publish'";
  return report;
}

// Whoever reads only that a suite cannot be signed would take the release for one that stands.
Error after_withdrawal(Error error, const ReleaseName& release) {
  if (!error.hint.empty()) error.hint += "; ";
  error.hint += release.text() + " is withdrawn all the same: then the same command again, which " +
                "goes on where this one stopped";
  return error;
}

}  // namespace

Result<StepReport> withdraw_release(TerminalRoot& root, const ReleaseName& release,
                                    const WithdrawOptions& options) {
  HALLMARK_TRY(const ApprovalSubject subject, withdrawal_approval(root, release, options.suite));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message withdrawn, ask_signer(root, release, subject, options));
  Result<StepReport> report = without_it(root, release, withdrawn.body);
  if (!report.ok()) return after_withdrawal(report.error(), release);
  return report;
}

}  // namespace hallmark
