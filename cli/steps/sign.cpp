// accept and sign: the signer judges what was built, then signs the APKs.
#include <set>

#include "cli/approval_files.hpp"
#include "cli/attest.hpp"
#include "cli/own_log.hpp"
#include "cli/signed_files.hpp"
#include "cli/steps/build_records.hpp"
#include "cli/steps/rebuilt_artefacts.hpp"
#include "cli/steps/signed_apk.hpp"
#include "cli/steps/step.hpp"
#include "cli/sync.hpp"

namespace hallmark {
namespace {

Result<Message> accept_one(TerminalRoot& root, const ReleaseFiles& files,
                           const ApprovalFiles& approvals, const NamedRecord& record) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(std::vector<UniqueFd> artefacts, open_artefacts(root, files, record));
  HALLMARK_TRY(std::vector<UniqueFd> source, open_source(root, files));
  std::move(source.begin(), source.end(), std::back_inserter(artefacts));
  Json request = {
      {"type", "accept-build"}, {"product", files.product_text}, {"lock", files.lock_text}};
  if (record.rebuilt) {
    request["target"] = to_json(record.target);
  } else {
    request["record"] = record.sha256.hex();
  }
  add_approval(policy, approvals, request);
  return root.request("hallmark-sign", request, raw(artefacts));
}

Result<std::vector<std::string>> sign_one(TerminalRoot& root, const ReleaseName& release,
                                          const BuiltArtefact& artefact, int unsigned_fd,
                                          const Json& published) {
  const bool bundle = artefact.name.ends_with(".aab");
  const Json request = {{"type", bundle ? "sign-aab" : "sign-apk"},
                        {"product", release.product},
                        {"version", release.version},
                        {"artefact", artefact.sha256.hex()},
                        {"published_checkpoints", published}};
  HALLMARK_TRY(const Json answer,
               sign_into_folder(root, request, unsigned_fd, root.layout().staging(),
                                signed_apk_name(artefact)));
  return answer.value("schemes", std::vector<std::string>());
}

}  // namespace

std::string signed_apk_name(const BuiltArtefact& unsigned_apk) {
  return unsigned_apk.sha256.hex() + (unsigned_apk.name.ends_with(".aab") ? ".aab" : ".apk");
}

Result<StepReport> accept_rebuilt(TerminalRoot& root, const ReleaseName& release,
                                  const std::string& folder) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_CHECK(hand_in_attestations(root, release, files.lock_text));
  HALLMARK_CHECK(stage_rebuilt_artefacts(root, files, folder));
  return accept_release(root, release);
}

Result<StepReport> accept_release(TerminalRoot& root, const ReleaseName& release) {
  catch_up(root);
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const ApprovalFiles approvals,
               read_approval_files(root.layout(),
                                   root.layout().approvals(release.product, release.version)));
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files));
  HALLMARK_CHECK(hand_in_attestations(root, release, files.lock_text));
  std::size_t artefacts = 0;
  Json accepted = Json::array();
  for (const NamedRecord& record : records) {
    HALLMARK_TRY(const Message answer, accept_one(root, files, approvals, record));
    artefacts += record.artefacts.size();
    if (answer.body.contains("accepted")) accepted.push_back(answer.body["accepted"]);
  }
  return StepReport{std::to_string(artefacts) + " artefact(s) accepted by the signer",
                    Json{{"accepted", accepted}}};
}

Result<StepReport> sign_release(TerminalRoot& root, const ReleaseName& release) {
  catch_up(root);
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  if (files.product.recipe.kind != RecipeKind::kApk) {
    return StepReport{"packages are signed through their suite's Release", Json::object()};
  }
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files));
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  Json signed_apks = Json::array();
  std::set<std::string> schemes;
  for (const NamedRecord& record : records) {
    HALLMARK_TRY(const std::vector<UniqueFd> artefacts, open_artefacts(root, files, record));
    for (std::size_t i = 0; i < artefacts.size(); ++i) {
      HALLMARK_TRY(const std::vector<std::string> used,
                   sign_one(root, release, record.artefacts[i], artefacts[i].get(), published));
      schemes.insert(used.begin(), used.end());
      signed_apks.push_back(record.artefacts[i].name);
    }
  }
  std::string summary = std::to_string(signed_apks.size()) + " APK(s) signed, schemes";
  for (const std::string& scheme : schemes) summary += " " + scheme;
  return StepReport{summary, Json{{"signed", signed_apks}}};
}

}  // namespace hallmark
