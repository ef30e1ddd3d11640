// compose and publish: from signed files to what the package hosts serve.
#include <unistd.h>

#include <algorithm>
#include <set>

#include "cli/accepted_release.hpp"
#include "cli/change_list.hpp"
#include "cli/checksums.hpp"
#include "cli/clients/clients.hpp"
#include "cli/fdroid/fdroid.hpp"
#include "cli/own_log.hpp"
#include "cli/repository.hpp"
#include "cli/signed_files.hpp"
#include "cli/steps/build_records.hpp"
#include "cli/steps/signed_apk.hpp"
#include "cli/steps/step.hpp"
#include "cli/sync.hpp"

namespace hallmark {
namespace {

Status include_packages(TerminalRoot& root, const Target& target,
                        const std::vector<UniqueFd>& packages) {
  if (packages.empty()) return ok_status();
  const auto included = root.request(
      "hallmark-push",
      Json{{"type", "include"}, {"suite", target.suite}, {"component", target.component}},
      raw(packages));
  if (!included.ok()) return included.error();
  return ok_status();
}

Status include_source(TerminalRoot& root, const ReleaseFiles& files, const Target& target) {
  HALLMARK_TRY(const std::vector<UniqueFd> source, open_source(root, files));
  if (source.empty()) return ok_status();
  const auto included = root.request(
      "hallmark-push",
      Json{{"type", "include-source"}, {"suite", target.suite}, {"component", target.component}},
      raw(source));
  if (!included.ok()) return included.error();
  return ok_status();
}

bool has_called_back_source(const std::vector<AcceptedBuild>& accepted, const ReleaseFiles& files,
                            const Target& target) {
  const std::vector<LockedFile>& source = files.lock.source.files;
  return !source.empty() && is_called_back(accepted, target, source.front().sha256);
}

// An invalid descriptor: there is no such file.
Result<UniqueFd> open_if_there(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return UniqueFd();
  return open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW);
}

Status include_apks(TerminalRoot& root, const ReleaseFiles& files, const NamedRecord& record) {
  for (const BuiltArtefact& artefact : record.artefacts) {
    // A bundle is for a store, which makes APKs of it; no device installs one.
    if (artefact.name.ends_with(".aab")) continue;
    const std::string path = root.layout().staging() / signed_apk_name(artefact);
    HALLMARK_TRY(const UniqueFd apk, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW));
    std::vector<int> fds = {apk.get()};
    HALLMARK_TRY(const UniqueFd idsig, open_if_there(idsig_name(path)));
    if (idsig) fds.push_back(idsig.get());
    const auto included = root.request(
        "hallmark-push",
        Json{{"type", "include-apk"},
             {"name", served_apk_name(files.product, files.lock.version, artefact.name)}},
        fds);
    if (!included.ok()) return included.error();
  }
  return ok_status();
}

NamedRecord without_what_was_called_back(const std::vector<AcceptedBuild>& accepted,
                                         NamedRecord record) {
  std::erase_if(record.artefacts, [&](const BuiltArtefact& artefact) {
    return is_called_back(accepted, record.target, artefact.sha256);
  });
  return record;
}

// In the suites from which it is not called back.
Status include_release(TerminalRoot& root, const ReleaseFiles& files,
                       const std::vector<AcceptedBuild>& accepted) {
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files));
  for (const NamedRecord& record : records) {
    if (is_withdrawn(accepted, record.target.suite)) continue;
    if (files.product.recipe.kind == RecipeKind::kApk) {
      HALLMARK_CHECK(include_apks(root, files, record));
      continue;
    }
    HALLMARK_TRY(const std::vector<UniqueFd> packages,
                 open_artefacts(root, files, without_what_was_called_back(accepted, record)));
    HALLMARK_CHECK(include_packages(root, record.target, packages));
    if (has_called_back_source(accepted, files, record.target)) continue;
    HALLMARK_CHECK(include_source(root, files, record.target));
  }
  return ok_status();
}

}  // namespace

Result<StepReport> sign_suites(TerminalRoot& root, const std::vector<std::string>& suites) {
  catch_up(root);
  HALLMARK_TRY(const std::vector<ComposedSuite> composed, compose_suites(root, suites));
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  std::string summary;
  Json details = Json::array();
  for (const ComposedSuite& suite : composed) {
    HALLMARK_TRY(const std::string date, sign_suite(root, suite, published));
    summary += (summary.empty() ? "" : ", ") + suite.name + ": Release of " + date;
    details.push_back({{"suite", suite.name}, {"changed", suite.changed}, {"date", date}});
  }
  return StepReport{summary, Json{{"suites", details}}};
}

Status add_fdroid_index(TerminalRoot& root, StepReport& report) {
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_TRY(const std::optional<std::string> date, sign_fdroid_index(root, published));
  if (!date) return ok_status();
  report.summary += (report.summary.empty() ? "" : ", ") + ("F-Droid index of " + *date);
  report.details["fdroid"] = {{"date", *date}};
  return ok_status();
}

Result<StepReport> compose_release(TerminalRoot& root, const ReleaseName& release) {
  catch_up(root);
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const std::vector<AcceptedBuild> accepted, accepted_builds(root, release));
  std::set<std::string> suites;
  for (const Target& target : files.lock.targets) {
    if (!is_withdrawn(accepted, target.suite)) suites.insert(target.suite);
  }
  if (suites.empty()) {
    return policy_error(release.text(), "was withdrawn, so there is nothing to compose",
                        "release a higher version");
  }
  HALLMARK_CHECK(include_release(root, files, accepted));
  HALLMARK_TRY(StepReport report,
               sign_suites(root, std::vector<std::string>(suites.begin(), suites.end())));
  if (files.product.recipe.kind == RecipeKind::kApk) {
    HALLMARK_CHECK(describe_app(root, files.product));
    HALLMARK_CHECK(add_fdroid_index(root, report));
  }
  renew_checksums(root, release, report);
  renew_attestation(root, release, report);
  return report;
}

namespace {

// Where another terminal has signed an index since, this one's would be an older one, and its page
// of the past: clients take none that is older than what they have seen.
Status renew_fdroid_index(TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  if (!policy.fdroid || policy.log_keys.size() < 2) return ok_status();
  HALLMARK_CHECK(describe_apps(root));
  StepReport unsaid{"", Json::object()};
  return add_fdroid_index(root, unsaid);
}

Status emit_changes(const Message& published, const std::optional<ChangeList>& list,
                    StepReport& report) {
  if (!list) return ok_status();
  constexpr uint64_t kMaxPublished = uint64_t{1} << 30U;  // bytes
  if (published.fds.size() != 1) return failed("hallmark-push", "answers without a file");
  HALLMARK_TRY(const std::string lines,
               read_all(published.fds.front().get(), kMaxPublished, "published files"));
  HALLMARK_TRY(const uint64_t changes, list->add(lines));
  report.summary += "; " + std::to_string(changes) + " change(s) added to the list";
  report.details["changes"] = changes;
  return ok_status();
}

// They are to keep no package, and no security update, from the hosts.
Json client_files_or_warning(TerminalRoot& root) {
  Result<Json> files = client_files_to_publish(root);
  if (files.ok()) return std::move(*files);
  root.screen().warn("the files for users stay as hosts have them: " + files.error().message());
  return Json::array();
}

}  // namespace

Result<StepReport> publish_tree(TerminalRoot& root, const std::string& changes) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  if (terminal.hosts.empty()) {
    return failed("terminal.json", "names no package host", "add one under \"hosts\"");
  }
  catch_up(root);
  // Trouble with apps keeps no package, and no security update, from the hosts.
  const Status renewed = renew_fdroid_index(root);
  if (!renewed.ok()) {
    root.screen().warn("the F-Droid index stays as hosts have it: " + renewed.error().message());
  }
  HALLMARK_TRY(const SignedLog log, sign_own_log(root));
  std::optional<ChangeList> list;
  if (!changes.empty()) {
    HALLMARK_TRY(ChangeList read, ChangeList::read(changes, terminal.name));
    list.emplace(std::move(read));
  }
  HALLMARK_CHECK(root.need_agent(AgentKind::kPublishing));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "publish"},
                                                  {"fdroid", renewed.ok()},
                                                  {"expire", root.knows_siblings()},
                                                  {"client_files", client_files_or_warning(root)},
                                                  {"describe", list.has_value()}}));
  StepReport report = publish_report(answer.body);
  report.summary += "; " + log.summary;
  report.details["log"] = {{"size", log.size}};
  for (const Json& warning : answer.body.value("cache_warnings", Json::array())) {
    root.screen().warn(warning.get<std::string>());
  }
  HALLMARK_CHECK(emit_changes(answer, list, report));
  return report;
}

}  // namespace hallmark
