#include "cli/sibling_apps.hpp"

#include <map>
#include <optional>
#include <set>

namespace hallmark {
namespace {

SignedApp read_app(const Json& untrusted_entry) {
  SignedApp app;
  app.path = untrusted_entry.value("path", std::string());
  app.sha256 = untrusted_entry.value("sha256", std::string());
  app.size = untrusted_entry.value("size", uint64_t{0});
  app.withdrawn = untrusted_entry.value("withdrawn", false);
  const Json idsig = untrusted_entry.value("idsig", Json::object());
  app.idsig_sha256 = idsig.value("sha256", std::string());
  app.idsig_size = idsig.value("size", uint64_t{0});
  app.expected = Json::object();
  for (const char* key : {"application", "version_code", "certificates"}) {
    if (untrusted_entry.contains(key)) app.expected[key] = untrusted_entry[key];
  }
  return app;
}

Result<std::vector<SignedApp>> accepted_apps(TerminalRoot& root) {
  std::vector<SignedApp> out;
  Json request = {{"type", "accepted-apks"}};
  for (;;) {
    HALLMARK_TRY(const Message page, root.request("hallmark-sign", request));
    for (const Json& entry : page.body.value("apks", Json::array())) out.push_back(read_app(entry));
    if (!page.body.contains("next")) return out;
    request["after"] = page.body["next"];
  }
}

Result<std::vector<SignedApp>> present_apps(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-push", Json{{"type", "list-apks"}}));
  std::vector<SignedApp> out;
  for (const Json& entry : answer.body.value("apks", Json::array())) out.push_back(read_app(entry));
  return out;
}

Result<UniqueFd> served_file(TerminalRoot& root, const Json& file) {
  HALLMARK_TRY(Message answer, root.request("hallmark-push", Json{{"type", "served-files"},
                                                                  {"files", Json::array({file})}}));
  if (answer.fds.size() == 1) return std::move(answer.fds.front());
  return failed("hallmark-push", "answers with another number of files");
}

Result<UniqueFd> open_file_of(TerminalRoot& root, const FilesAtHand& at_hand, const Json& file) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(file.value("sha256", "")));
  HALLMARK_TRY(UniqueFd here, at_hand.find(sha256, file.value("size", uint64_t{0})));
  if (here) return here;
  return served_file(root, file);
}

Status include_form(TerminalRoot& root, const FilesAtHand& at_hand, const SignedApp& app) {
  constexpr std::size_t kFolder = sizeof("apk/") - 1;
  HALLMARK_TRY(const UniqueFd apk,
               open_file_of(root, at_hand,
                            {{"path", app.path}, {"sha256", app.sha256}, {"size", app.size}}));
  std::vector<int> fds = {apk.get()};
  UniqueFd idsig;
  if (!app.idsig_sha256.empty()) {
    HALLMARK_TRY(idsig, open_file_of(root, at_hand,
                                     {{"path", app.path + ".idsig"},
                                      {"sha256", app.idsig_sha256},
                                      {"size", app.idsig_size}}));
    fds.push_back(idsig.get());
  }
  // A log was believed for these bytes so far.
  const auto included = root.request(
      "hallmark-push",
      Json{{"type", "include-apk"}, {"name", app.path.substr(kFolder)}, {"expected", app.expected}},
      fds);
  if (!included.ok()) return included.error();
  return ok_status();
}

// The first form that can be had.
Status include_app(TerminalRoot& root, const FilesAtHand& at_hand,
                   const std::vector<SignedApp>& forms) {
  std::optional<Error> trouble;
  for (const SignedApp& form : forms) {
    const Status included = include_form(root, at_hand, form);
    if (included.ok()) return included;
    if (!trouble) trouble = included.error();
  }
  return *trouble;
}

Status remove_apps(TerminalRoot& root, const std::vector<SignedApp>& withdrawn) {
  for (const SignedApp& app : withdrawn) {
    const auto removed = root.request(
        "hallmark-push", Json{{"type", "remove-apk"}, {"path", app.path}, {"sha256", app.sha256}});
    if (!removed.ok()) return removed.error();
  }
  return ok_status();
}

}  // namespace

AppPlan plan_apps(const std::vector<SignedApp>& accepted, const std::vector<SignedApp>& present) {
  std::map<std::string, std::string> there;  // digests by path
  for (const SignedApp& app : present) there.emplace(app.path, app.sha256);
  std::map<std::string, std::vector<SignedApp>> missing;
  std::set<std::pair<std::string, std::string>> seen;
  AppPlan plan;
  for (const SignedApp& app : accepted) {
    const auto found = there.find(app.path);
    if (!seen.emplace(app.path, app.sha256).second) continue;
    if (app.withdrawn) {
      if (found != there.end() && found->second == app.sha256) plan.withdrawn.push_back(app);
    } else if (found == there.end()) {
      missing[app.path].push_back(app);
    }
  }
  for (auto& [path, forms] : missing) plan.missing.push_back(std::move(forms));
  return plan;
}

Result<RepositoryChanges> reconcile_apps(TerminalRoot& root, const FilesAtHand& at_hand) {
  HALLMARK_TRY(const std::vector<SignedApp> accepted, accepted_apps(root));
  if (accepted.empty()) return RepositoryChanges{};
  HALLMARK_TRY(const std::vector<SignedApp> present, present_apps(root));
  const AppPlan plan = plan_apps(accepted, present);
  HALLMARK_CHECK(remove_apps(root, plan.withdrawn));
  std::optional<Error> trouble;
  for (const std::vector<SignedApp>& forms : plan.missing) {
    // One that is not served yet keeps no other from coming.
    const Status included = include_app(root, at_hand, forms);
    if (!included.ok() && !trouble) trouble = included.error();
  }
  if (trouble) return *trouble;
  return RepositoryChanges{plan.missing.size(), plan.withdrawn.size()};
}

Status remove_withdrawn_apps(TerminalRoot& root) {
  HALLMARK_TRY(const std::vector<SignedApp> accepted, accepted_apps(root));
  if (accepted.empty()) return ok_status();
  HALLMARK_TRY(const std::vector<SignedApp> present, present_apps(root));
  return remove_apps(root, plan_apps(accepted, present).withdrawn);
}

}  // namespace hallmark
