#include "cli/fdroid/fdroid.hpp"

#include <unistd.h>

#include <set>

#include "cli/fdroid/app_texts.hpp"
#include "cli/fdroid/page.hpp"
#include "cli/qr_code.hpp"
#include "cli/signed_files.hpp"

namespace hallmark {
namespace {

// As the signer lists them.
struct StandingApks {
  Json apks = Json::array();
  int64_t newest = 0;
};

Result<StandingApks> standing_apks(TerminalRoot& root) {
  StandingApks out;
  Json request = {{"type", "fdroid-apks"}};
  for (;;) {
    HALLMARK_TRY(const Message page, root.request("hallmark-sign", request));
    out.newest = page.body.value("newest", int64_t{0});
    for (const Json& apk : page.body.value("apks", Json::array())) out.apks.push_back(apk);
    if (!page.body.contains("next")) return out;
    request["after"] = page.body["next"];
  }
}

Result<std::set<std::string>> paths_in_repository(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-push", Json{{"type", "list-apks"}}));
  std::set<std::string> out;
  for (const Json& apk : answer.body.value("apks", Json::array())) {
    out.insert(apk.value("path", std::string()));
  }
  return out;
}

Status include_signed_apk(TerminalRoot& root, const std::string& path, const std::string& staged) {
  constexpr std::size_t kFolder = sizeof("apk/") - 1;
  HALLMARK_TRY(const UniqueFd apk, open_at(AT_FDCWD, staged, O_RDONLY | O_NOFOLLOW));
  std::vector<int> fds = {apk.get()};
  UniqueFd idsig;
  if (::access(idsig_name(staged).c_str(), F_OK) == 0) {
    HALLMARK_TRY(idsig, open_at(AT_FDCWD, idsig_name(staged), O_RDONLY | O_NOFOLLOW));
    fds.push_back(idsig.get());
  }
  const auto included = root.request(
      "hallmark-push", Json{{"type", "include-apk"}, {"name", path.substr(kFolder)}}, fds);
  if (!included.ok()) return included.error();
  return ok_status();
}

// What was signed here and not composed yet belongs to the index as well.
Status include_what_was_signed(TerminalRoot& root, const Json& apks) {
  HALLMARK_TRY(const std::set<std::string> present, paths_in_repository(root));
  for (const Json& apk : apks) {
    const std::string path = apk.value("path", std::string());
    const std::string staged =
        root.layout().staging() / (apk.value("unsigned_sha256", std::string()) + ".apk");
    if (present.contains(path) || ::access(staged.c_str(), F_OK) != 0) continue;
    HALLMARK_CHECK(include_signed_apk(root, path, staged));
  }
  return ok_status();
}

Result<std::string> compose_index(TerminalRoot& root, const StandingApks& standing) {
  Json apks = Json::array();
  for (const Json& apk : standing.apks) {
    apks.push_back({{"path", apk["path"]}, {"sha256", apk["sha256"]}, {"added", apk["added"]}});
  }
  HALLMARK_TRY(
      const Message composed,
      root.request("hallmark-push",
                   Json{{"type", "compose-fdroid"}, {"apks", apks}, {"newest", standing.newest}}));
  return composed.body.value("index", std::string());
}

Result<std::string> page_of(const Policy& policy) {
  const ApkKeyPolicy* key = policy.apk_key(policy.fdroid->key);
  if (key == nullptr) return policy_error("key " + policy.fdroid->key, "is not in the policy");
  HALLMARK_TRY(const std::string picture,
               qr_code(fdroid_link(*policy.fdroid, key->certificate_sha256), QrForm::kSvg));
  return fdroid_page(*policy.fdroid, key->certificate_sha256, picture);
}

}  // namespace

Status describe_apps(TerminalRoot& root) {
  const std::filesystem::path folder = root.layout().releases() / "products";
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().extension() != ".json") continue;
    HALLMARK_TRY(const std::string text, root.product_text(entry.path().stem()));
    HALLMARK_TRY(const Product product, parse_product(text, entry.path()));
    HALLMARK_CHECK(describe_app(root, product));
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  return ok_status();
}

Status describe_app(TerminalRoot& root, const Product& product) {
  HALLMARK_TRY(const Policy policy, root.policy());
  if (!policy.fdroid || product.recipe.kind != RecipeKind::kApk) return ok_status();
  HALLMARK_TRY(const AppTexts texts,
               read_app_texts(root.layout().releases() / "products", product.name));
  HALLMARK_TRY(const std::string text, canonical_dump(texts.texts));
  std::vector<int> fds;
  for (const UniqueFd& icon : texts.icons) fds.push_back(icon.get());
  const auto described = root.request("hallmark-push",
                                      Json{{"type", "describe-app"},
                                           {"application", product.recipe.package},
                                           {"texts", text},
                                           {"icons", texts.icon_locales}},
                                      fds);
  if (!described.ok()) return described.error();
  return ok_status();
}

Result<std::optional<std::string>> sign_fdroid_index(TerminalRoot& root, const Json& published) {
  HALLMARK_TRY(const Policy policy, root.policy());
  if (!policy.fdroid) return std::optional<std::string>();
  HALLMARK_TRY(const StandingApks standing, standing_apks(root));
  if (standing.apks.empty() && standing.newest == 0) return std::optional<std::string>();
  HALLMARK_CHECK(include_what_was_signed(root, standing.apks));
  HALLMARK_TRY(const std::string path, compose_index(root, standing));
  HALLMARK_TRY(const UniqueFd index,
               root.open_of("hallmark-push", std::filesystem::path("push/tree") / path));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  const std::vector<int> fds = {index.get()};
  HALLMARK_TRY(
      const Message entry,
      root.request("hallmark-sign",
                   Json{{"type", "sign-fdroid-index"}, {"published_checkpoints", published}}, fds));
  HALLMARK_TRY(const std::string page, page_of(policy));
  const auto attached = root.request(
      "hallmark-push", Json{{"type", "attach-fdroid"},
                            {"entry", entry.body.value("entry", std::string())},
                            {"entry_jar", entry.body.value("entry_jar", std::string())},
                            {"page", page}});
  if (!attached.ok()) return attached.error();
  return std::optional<std::string>(entry.body.value("timestamp", std::string()));
}

}  // namespace hallmark
