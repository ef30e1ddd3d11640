#include "cli/sync.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "cli/checksums.hpp"
#include "cli/sibling_adopt.hpp"
#include "cli/sibling_apps.hpp"
#include "cli/sibling_logs.hpp"
#include "cli/sibling_repository.hpp"

namespace hallmark {
namespace {

// While it is there the repository, or policy.json, may be behind the signer's state.
constexpr const char* kBehind = ".sync-in-progress";

bool is_behind(const TerminalRoot& root) {
  return ::access((root.layout().root / kBehind).c_str(), F_OK) == 0;
}

Status set_behind(const TerminalRoot& root, bool behind) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(root.layout().root));
  if (behind) return write_file_atomic(folder.get(), kBehind, "", 0644);
  if (::unlinkat(folder.get(), kBehind, 0) == 0 || errno == ENOENT) return ok_status();
  return errno_error(kBehind, "cannot remove");
}

Result<bool> has_siblings(const TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const Policy policy, root.policy());
  return !sibling_names(policy, terminal.name).empty();
}

Result<Json> siblings_known(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "sibling-work"}}));
  return answer.body.value("siblings", Json::array());
}

// A log that was forked is an error, whoever finds it and however often.
Status check_contradictions(const Json& siblings) {
  for (const Json& sibling : siblings) {
    if (!sibling.contains("contradiction")) continue;
    return verification_error(
        "terminal " + sibling.value("terminal", std::string()),
        sibling.value("contradiction", std::string()),
        "nothing is signed here until people have looked, and approved of a policy without that "
        "terminal's log key");
  }
  return ok_status();
}

struct SyncOutcome {
  std::vector<SiblingImport> imports;
  std::optional<Error> import_trouble;
  AdoptReport adopted;
  RepositoryChanges repository;
  RepositoryChanges apps;
};

// There may be lists of checksums among them, which nobody has to judge.
bool has_new_lines(const std::vector<SiblingImport>& imports) {
  return std::any_of(imports.begin(), imports.end(),
                     [](const SiblingImport& import) { return import.new_lines > 0; });
}

// `always`: look at the whole repository even if nothing is new.
Result<SyncOutcome> sync_once(TerminalRoot& root, const FilesAtHand& at_hand, bool always) {
  SyncOutcome outcome;
  Result<std::vector<SiblingImport>> imports = import_sibling_logs(root);
  if (imports.ok()) {
    outcome.imports = std::move(*imports);
  } else {
    outcome.import_trouble = imports.error();
  }
  HALLMARK_TRY(const Json siblings, siblings_known(root));
  HALLMARK_CHECK(check_contradictions(siblings));
  bool left = false;
  for (const Json& sibling : siblings) left = left || sibling.value("left", uint64_t{0}) > 0;
  if (!left && !always && !is_behind(root)) {
    if (has_new_lines(outcome.imports)) reconcile_checksums(root, at_hand);
    return outcome;
  }
  HALLMARK_CHECK(set_behind(root, true));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));  // for a policy: are its keys there?
  Result<AdoptReport> adopted = adopt_sibling_work(root, at_hand);
  // What was adopted before a refusal stands, and the repository follows it.
  HALLMARK_CHECK(write_policy_in_force(root));
  HALLMARK_TRY(outcome.repository, reconcile_repository(root, at_hand));
  HALLMARK_TRY(outcome.apps, reconcile_apps(root, at_hand));
  reconcile_checksums(root, at_hand);
  HALLMARK_CHECK(set_behind(root, false));
  if (!adopted.ok()) return adopted.error();
  outcome.adopted = std::move(*adopted);
  return outcome;
}

StepReport describe(const SyncOutcome& outcome, const Json& siblings) {
  std::string words;
  for (const std::string& adopted : outcome.adopted.adopted) words += adopted + "\n";
  for (const Json& sibling : siblings) words += sibling_in_words(sibling) + "\n";
  words += "repository: " + std::to_string(outcome.repository.added) + " package(s) added, " +
           std::to_string(outcome.repository.removed) + " withdrawn";
  if (outcome.apps.added + outcome.apps.removed > 0) {
    words += "; " + std::to_string(outcome.apps.added) + " app(s) added, " +
             std::to_string(outcome.apps.removed) + " withdrawn";
  }
  words += "\n";
  return {words, Json{{"adopted", outcome.adopted.adopted},
                      {"siblings", siblings},
                      {"repository",
                       {{"added", outcome.repository.added},
                        {"removed", outcome.repository.removed},
                        {"apps_added", outcome.apps.added},
                        {"apps_removed", outcome.apps.removed}}}}};
}

// A sibling that no address told of, which a verb of its own may fail for.
Status check_all_were_asked(const SyncOutcome& outcome) {
  if (outcome.import_trouble) return *outcome.import_trouble;
  for (const SiblingImport& import : outcome.imports) {
    if (import.asked) continue;
    return remote_error("release log of " + import.terminal, "no address of the hosts serves it",
                        "'hallmark publish' on that terminal; it is safe to run this again");
  }
  return ok_status();
}

}  // namespace

Status write_policy_in_force(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "policy"}}));
  const std::string text = answer.body.value("policy", std::string());
  const Result<std::string> now = root.policy_text();
  if (now.ok() && *now == text) return ok_status();
  HALLMARK_TRY(const UniqueFd folder, open_dir(root.layout().root));
  return write_file_atomic(folder.get(), "policy.json", text, 0644);
}

Result<StepReport> sync_terminal(TerminalRoot& root, const std::string& from) {
  FilesAtHand at_hand;
  if (!from.empty()) {
    HALLMARK_TRY(at_hand, FilesAtHand::in(from));
  }
  HALLMARK_TRY(const bool several, has_siblings(root));
  if (!several) {
    return StepReport{"the policy names no other terminal: nothing to do\n",
                      Json{{"adopted", Json::array()}, {"siblings", Json::array()}}};
  }
  HALLMARK_TRY(const SyncOutcome outcome, sync_once(root, at_hand, true));
  HALLMARK_TRY(const Json siblings, siblings_known(root));
  const StepReport report = describe(outcome, siblings);
  const Status asked = check_all_were_asked(outcome);
  if (asked.ok()) return report;
  root.screen().note(report.summary.substr(0, report.summary.size() - 1));
  return asked.error();
}

void catch_up(TerminalRoot& root) {
  if (!root.is_first_catch_up()) return;
  const Result<bool> several = has_siblings(root);
  if (!several.ok() || !*several) return;  // who asks next reads the same files, and says so
  const Result<SyncOutcome> outcome = sync_once(root, FilesAtHand(), false);
  root.set_knows_siblings(outcome.ok() && !outcome->import_trouble);
  if (!outcome.ok()) {
    root.screen().warn("sync: " + outcome.error().message());
    return;
  }
  for (const std::string& adopted : outcome->adopted.adopted) root.screen().note(adopted);
  if (outcome->import_trouble) {
    root.screen().warn("sync: " + outcome->import_trouble->message());
  }
}

std::string sibling_in_words(const Json& untrusted_sibling) {
  const Json& sibling = untrusted_sibling;
  const std::string imported = sibling.value("imported", std::string());
  std::string words = "terminal " + sibling.value("terminal", std::string()) + ": " +
                      std::to_string(sibling.value("size", uint64_t{0})) + " line(s) of its log, " +
                      (imported.empty() ? "never imported" : "imported " + imported);
  const uint64_t left = sibling.value("left", uint64_t{0});
  if (left > 0) words += ", " + std::to_string(left) + " left to adopt";
  for (const char* trouble : {"behind", "contradiction"}) {
    if (sibling.contains(trouble)) words += "; " + sibling.value(trouble, std::string());
  }
  return words;
}

Result<StepReport> list_terminals(TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const Message status, root.request("hallmark-sign", Json{{"type", "status"}}));
  const Json log = status.body.value("log", Json::object());
  HALLMARK_TRY(const Json siblings, siblings_known(root));
  std::string words = "terminal " + terminal.name + ": this one, " +
                      std::to_string(log.value("size", uint64_t{0})) + " line(s) of its log\n";
  for (const Json& sibling : siblings) words += sibling_in_words(sibling) + "\n";
  return StepReport{words, Json{{"terminal", terminal.name},
                                {"size", log.value("size", uint64_t{0})},
                                {"siblings", siblings}}};
}

}  // namespace hallmark
