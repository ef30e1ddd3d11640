#include "cli/promote.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/accepted_release.hpp"
#include "cli/attest.hpp"
#include "cli/checksums.hpp"
#include "cli/own_log.hpp"
#include "cli/retired.hpp"
#include "cli/steps/build_records.hpp"
#include "cli/sync.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBatch = 100;  // files in a request

Status check_names(const PromoteOptions& options) {
  const ReleaseName& release = options.release;
  if (!is_plain_name(release.product) || !is_version_name(release.version) ||
      !is_plain_name(options.from) || !is_plain_name(options.to)) {
    return usage_error("'" + release.text() + " " + options.from + " " + options.to + "'",
                       "is not a product, a version and two suites");
  }
  if (options.from == options.to) return usage_error(options.to, "is where it comes from");
  return ok_status();
}

// What the suite that it comes from has.
Result<std::vector<AcceptedBuild>> builds_to_promote(TerminalRoot& root,
                                                     const PromoteOptions& options) {
  HALLMARK_TRY(std::vector<AcceptedBuild> builds, accepted_builds(root, options.release));
  builds.erase(std::remove_if(
                   builds.begin(), builds.end(),
                   [&](const AcceptedBuild& build) { return build.target.suite != options.from; }),
               builds.end());
  if (!builds.empty()) return builds;
  return policy_error(options.release.text() + " in suite " + options.from,
                      "was never accepted, so nothing can be promoted",
                      "hallmark release " + options.release.text());
}

std::vector<PromotedFile> files_of(const std::vector<AcceptedBuild>& builds) {
  std::vector<PromotedFile> files;
  for (const AcceptedBuild& build : builds) {
    for (const AcceptedFile& file : build.files) files.push_back({file.name, file.sha256});
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

Result<ApprovalSubject> promotion_approval(const TerminalRoot& root, const PromoteOptions& options,
                                           const std::vector<AcceptedBuild>& builds) {
  HALLMARK_TRY(const std::string product, root.product_text(options.release.product));
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  PromoteStatement statement;
  statement.product = options.release.product;
  statement.product_sha256 = sha256(product);
  statement.policy_sha256 = sha256(policy);
  statement.version = options.release.version;
  statement.files = files_of(builds);
  statement.from = options.from;
  statement.to = options.to;
  statement.terminal_group = terminal.group;
  return ApprovalSubject{root.layout(),
                         root.layout().promotion(options.release.product, options.release.version,
                                                 options.from + "_" + options.to),
                         with_expiry(statement)};
}

// What was imported has no lock, and nobody rebuilds it. Of another lock than was accepted, what
// rebuilders said would be waved through with a warning.
Status hand_in_what_rebuilders_say(TerminalRoot& root, const ReleaseName& release,
                                   const std::vector<AcceptedBuild>& builds) {
  const Layout& layout = root.layout();
  const std::filesystem::path path = layout.lock(release.product, release.version);
  std::error_code none;
  if (!std::filesystem::exists(layout.attestations(release.product, release.version), none) ||
      !std::filesystem::exists(path, none)) {
    return ok_status();
  }
  HALLMARK_TRY(const std::string lock, root.lock_text(release.product, release.version));
  const Sha256Digest digest = sha256(lock);
  const bool accepted = std::all_of(builds.begin(), builds.end(), [&](const AcceptedBuild& build) {
    return build.lock == digest;
  });
  if (accepted) return hand_in_attestations(root, release, lock);
  return failed(path, "is not the lock that " + release.text() + " was accepted from",
                "bring that one back, from the releases repository's history");
}

Status ask_signer(TerminalRoot& root, const PromoteOptions& options,
                  const std::vector<AcceptedBuild>& builds, const ApprovalSubject& subject) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::string product, root.product_text(options.release.product));
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject));
  catch_up(root);
  HALLMARK_CHECK(hand_in_what_rebuilders_say(root, options.release, builds));
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  Json request = {
      {"type", "promote"},    {"product", product}, {"version", options.release.version},
      {"from", options.from}, {"to", options.to},   {"published_checkpoints", published}};
  add_approval(policy, approvals, request);
  const auto promoted = root.request("hallmark-sign", request);
  if (!promoted.ok()) return promoted.error();
  return ok_status();
}

using PathsByComponent = std::map<std::string, std::set<std::string>>;

// Where the suite that they come from has them; not those that it has no more, which another
// release has been withdrawn with since.
PathsByComponent package_paths(const std::vector<AcceptedBuild>& builds) {
  PathsByComponent paths;
  for (const AcceptedBuild& build : builds) {
    for (const AcceptedFile& file : build.files) {
      if (file.kind == "deb" && !file.path.empty()) paths[build.target.component].insert(file.path);
    }
  }
  return paths;
}

// The .dsc first.
std::vector<std::string> source_paths(const AcceptedBuild& build) {
  std::vector<std::string> paths;
  for (const AcceptedFile& file : build.files) {
    if (file.path.empty()) continue;
    if (file.kind == "dsc") paths.insert(paths.begin(), file.path);
    if (file.kind == "source") paths.push_back(file.path);
  }
  return paths;
}

Result<UniqueFd> open_composed(TerminalRoot& root, const PromoteOptions& options,
                               const std::string& path) {
  Result<UniqueFd> opened = root.open_of("hallmark-push", "push/tree/" + path);
  if (opened.ok()) return opened;
  Error error = opened.error();
  error.hint = "put it into the repository first: hallmark compose " + options.release.text();
  return error;
}

Status include_batch(TerminalRoot& root, const Json& request, const std::vector<UniqueFd>& files) {
  const auto included = root.request("hallmark-push", request, raw(files));
  return included.ok() ? ok_status() : Status(included.error());
}

// The files are in the repository already.
Status include_promoted(TerminalRoot& root, const PromoteOptions& options,
                        const std::string& component, const std::set<std::string>& paths) {
  const Json request = {{"type", "include"}, {"suite", options.to}, {"component", component}};
  std::vector<UniqueFd> files;
  for (const std::string& path : paths) {
    HALLMARK_TRY(UniqueFd opened, open_composed(root, options, path));
    files.push_back(std::move(opened));
    if (files.size() < kBatch) continue;
    HALLMARK_CHECK(include_batch(root, request, files));
    files.clear();
  }
  return files.empty() ? ok_status() : include_batch(root, request, files);
}

Status include_promoted_source(TerminalRoot& root, const PromoteOptions& options,
                               const AcceptedBuild& build) {
  std::vector<UniqueFd> files;
  for (const std::string& path : source_paths(build)) {
    HALLMARK_TRY(UniqueFd opened, open_composed(root, options, path));
    files.push_back(std::move(opened));
  }
  if (files.empty()) return ok_status();
  return include_batch(
      root,
      Json{
          {"type", "include-source"}, {"suite", options.to}, {"component", build.target.component}},
      files);
}

}  // namespace

Result<StepReport> promote_release(TerminalRoot& root, const PromoteOptions& options) {
  HALLMARK_CHECK(check_names(options));
  HALLMARK_TRY(const std::vector<AcceptedBuild> builds, builds_to_promote(root, options));
  HALLMARK_TRY(const ApprovalSubject subject, promotion_approval(root, options, builds));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_CHECK(ask_signer(root, options, builds, subject));
  HALLMARK_CHECK(follow_retired(root));
  for (const auto& [component, paths] : package_paths(builds)) {
    HALLMARK_CHECK(include_promoted(root, options, component, paths));
  }
  for (const AcceptedBuild& build : builds) {
    HALLMARK_CHECK(include_promoted_source(root, options, build));
  }
  HALLMARK_TRY(StepReport report, sign_suites(root, {options.to}));
  renew_checksums(root, options.release, report);
  report.summary = options.release.text() + " is in suite " + options.to + " too; " +
                   report.summary + "\nhosts serve the old indices until 'hallmark publish'";
  return report;
}

}  // namespace hallmark
