#include "cli/enrol.hpp"

#include <functional>

#include "cli/approval_files.hpp"
#include "cli/shared_policy.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxFile = uint64_t{8} << 20U;  // bytes

using ReadKey = std::function<Result<std::string>(const std::string& name)>;

struct FirstPolicy {
  std::string text;
  Policy policy;
};

Error with_hint(Error error, const std::string& hint) {
  error.hint = hint;
  return error;
}

// By the digest that people gave, and for this terminal.
Result<FirstPolicy> check_policy(const TerminalRoot& root, std::string text, const fs::path& file,
                                 const Sha256Digest& expected) {
  if (sha256(text) != expected) {
    return verification_error(
        file, "has SHA-256 " + sha256(text).hex() + ", and not the one given",
        "ask the group for its policy's digest: 'hallmark policy show --json'");
  }
  HALLMARK_TRY(Policy policy, parse_policy(text, file));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  if (policy.log_key(terminal.name) != nullptr) {
    return FirstPolicy{std::move(text), std::move(policy)};
  }
  return policy_error("policy.json", "names no log key for terminal " + terminal.name,
                      "have the group approve of one that does: 'hallmark policy propose' there, "
                      "then 'hallmark terminal invite' again");
}

Result<Json> install_request(const FirstPolicy& first, const ReadKey& read_key) {
  Json certificates = Json::array();
  for (const ApkKeyPolicy& key : first.policy.apk_keys) {
    HALLMARK_TRY(const std::string der, read_key(certificate_file(key)));
    certificates.push_back({{"name", key.name}, {"der_base64", base64_encode(as_bytes(der))}});
  }
  HALLMARK_TRY(const std::string keyring, read_key(kKeyringFile));
  return Json{{"type", "install-policy"},
              {"policy", first.text},
              {"openpgp_keys", Json::array({keyring})},
              {"apk_certificates", certificates}};
}

Result<StepReport> install(TerminalRoot& root, const FirstPolicy& first, const Json& request) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  const auto installed = root.request("hallmark-sign", request);
  if (!installed.ok()) return installed.error();
  HALLMARK_TRY(const UniqueFd state, open_dir(root.layout().root));
  HALLMARK_CHECK(write_file_atomic(state.get(), "policy.json", first.text, 0644));
  const std::string digest = sha256(first.text).hex();
  return StepReport{"the policy of the group is in force here: sha256:" + digest + "\n",
                    Json{{"policy", digest}}};
}

Result<StepReport> join(TerminalRoot& root, const EnrolOptions& options) {
  const fs::path folder(options.folder);
  const auto read = [&](const std::string& name) { return read_file(folder / name, kMaxFile); };
  Result<std::string> text = read("policy.json");
  if (!text.ok()) {
    return with_hint(text.error(),
                     "give the folder that 'hallmark terminal invite' wrote on a "
                     "terminal of the group");
  }
  HALLMARK_TRY(const FirstPolicy first,
               check_policy(root, std::move(*text), folder / "policy.json", options.expected));
  HALLMARK_TRY(const Json request, install_request(first, read));
  return install(root, first, request);
}

Result<StepReport> take_over(TerminalRoot& root, const Sha256Digest& expected) {
  const Layout& layout = root.layout();
  const auto read = [&](const fs::path& file) { return read_release_file(layout, file, kMaxFile); };
  const fs::path proposal = layout.proposed_policy() / "policy.json";
  Result<std::string> text = read(proposal);
  if (!text.ok()) {
    return with_hint(text.error(),
                     "with a terminal of the group: give the folder that 'hallmark terminal "
                     "invite' wrote there; with none left: 'hallmark policy propose' in a clone "
                     "of the releases repository, and clone that into " +
                         layout.releases().string());
  }
  HALLMARK_TRY(const FirstPolicy first, check_policy(root, std::move(*text), proposal, expected));
  HALLMARK_TRY(const std::string replaced, read(layout.shared_policy()));
  HALLMARK_TRY(const Policy before, parse_policy(replaced, layout.shared_policy()));
  HALLMARK_TRY(const ApprovalFiles approvals,
               read_approval_files(layout, layout.proposed_policy()));
  HALLMARK_TRY(Json request, install_request(first, [&](const std::string& name) {
                 return read(layout.shared_keys() / name);
               }));
  request["replaces"] = replaced;
  add_approval(before, approvals, request);
  HALLMARK_TRY(StepReport report, install(root, first, request));
  share_policy(root);
  report.summary +=
      "now 'hallmark sync', which has the signer judge again what the lost terminals did; then "
      "'hallmark repo compose --sign SUITE...' and 'hallmark publish'\n";
  return report;
}

}  // namespace

Result<StepReport> enrol_terminal(TerminalRoot& root, const EnrolOptions& options) {
  return options.folder.empty() ? take_over(root, options.expected) : join(root, options);
}

}  // namespace hallmark
