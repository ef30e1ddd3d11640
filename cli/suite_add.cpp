#include "cli/suite_add.hpp"

#include <unistd.h>

#include "cli/policy_change.hpp"
#include "cli/releases_folder.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxProduct = uint64_t{1} << 20U;

struct NamedDraft {
  std::string file;  // "figlet.json"
  ProductDraft draft;
};

Result<std::vector<NamedDraft>> draft_products(const TerminalRoot& root, const SuiteDraft& draft) {
  const std::filesystem::path path = root.layout().releases() / "products";
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), path));
  HALLMARK_TRY(const std::vector<std::string> names, names_in(folder, path));
  std::vector<NamedDraft> out;
  for (const std::string& name : names) {
    if (!name.ends_with(".json")) continue;
    HALLMARK_TRY(const std::string text, read_file_at(folder.get(), name, kMaxProduct));
    HALLMARK_TRY(auto drafted, product_with_suite(text, path / name, draft));
    if (drafted) out.push_back({name, std::move(*drafted)});
  }
  return out;
}

Status write_drafts(const TerminalRoot& root, const std::string& suite,
                    const std::vector<NamedDraft>& drafts) {
  if (drafts.empty()) return ok_status();
  HALLMARK_TRY(const UniqueFd folder,
               make_release_folder(root.layout(), root.layout().drafts(suite)));
  for (const NamedDraft& named : drafts) {
    HALLMARK_CHECK(write_file_atomic(folder.get(), named.file, named.draft.text, 0644));
  }
  return ok_status();
}

std::string words(const TerminalRoot& root, const std::string& suite,
                  const std::vector<NamedDraft>& drafts) {
  if (drafts.empty()) return "no product has targets to copy";
  const std::string folder = root.layout().drafts(suite).string();
  std::string out = "once the policy is in force, these take the place of the files in products/:";
  for (const NamedDraft& named : drafts) out += "\n  " + folder + "/" + named.file;
  for (const NamedDraft& named : drafts) {
    if (!named.draft.needs_version_suffix) continue;
    out += "\n" + named.file +
           " needs a \"version_suffix\" in its recipe first, or its packages have one version and "
           "different bytes in the two suites, which is refused";
  }
  return out;
}

Json to_json(const std::vector<NamedDraft>& drafts) {
  Json out = Json::array();
  for (const NamedDraft& named : drafts) {
    out.push_back(
        {{"file", named.file}, {"needs_version_suffix", named.draft.needs_version_suffix}});
  }
  return out;
}

}  // namespace

Result<StepReport> add_suite(TerminalRoot& root, const SuiteAddOptions& options) {
  SuiteDraft draft = options.draft;
  if (draft.codename.empty()) draft.codename = draft.name;
  for (const std::string& name : {draft.name, draft.codename}) {
    if (!is_plain_name(name)) return usage_error(name, "is no name of a suite");
  }
  if (!draft.environment.empty() && !is_plain_name(draft.environment)) {
    return usage_error("--environment " + draft.environment, "is no name of a Debian suite");
  }
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const std::string proposed, policy_with_suite(policy, draft));
  HALLMARK_TRY(const std::vector<NamedDraft> drafts, draft_products(root, draft));
  HALLMARK_CHECK(write_drafts(root, draft.name, drafts));
  HALLMARK_TRY(
      StepReport report,
      propose_policy_text(root, proposed, {"the proposed policy", {}, {}, options.approve}));
  report.summary += "\n" + words(root, draft.name, drafts);
  report.details["drafts"] = to_json(drafts);
  return report;
}

}  // namespace hallmark
