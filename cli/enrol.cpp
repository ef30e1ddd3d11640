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
                                 const EnrolOptions& options) {
  const bool takes_over = options.folder.empty();
  if (sha256(text) != options.expected) {
    return verification_error(
        file, "has SHA-256 " + sha256(text).hex() + ", and not the one given",
        takes_over ? "ask the approvers: it is the new-policy of the statement that they signed"
                   : "ask the group for its policy's digest: 'hallmark policy show --json'");
  }
  HALLMARK_TRY(Policy policy, parse_policy(text, file));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  if (policy.log_key(terminal.name) != nullptr) {
    return FirstPolicy{std::move(text), std::move(policy)};
  }
  return policy_error(
      "policy.json", "names no log key for terminal " + terminal.name,
      std::string("have the group approve of one that does: 'hallmark policy propose' ") +
          (takes_over ? "in a clone of the releases repository"
                      : "there, then 'hallmark terminal invite' again"));
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
               check_policy(root, std::move(*text), folder / "policy.json", options));
  HALLMARK_TRY(const Json request, install_request(first, read));
  return install(root, first, request);
}

// Files of the releases repository.
class Releases {
 public:
  explicit Releases(const Layout& layout) : layout_(layout) {}

  Result<std::string> read(const fs::path& file) const {
    Result<std::string> text = read_release_file(layout_, file, kMaxFile);
    if (text.ok()) return text;
    return with_hint(text.error(),
                     "where a terminal of the group is left: give the folder that 'hallmark "
                     "terminal invite' wrote there; where none is: " +
                         layout_.releases().string() +
                         " is a clone of the releases repository, with the policy that was in "
                         "force, the proposal of one that names this terminal, and keys/");
  }
  Result<std::string> read_key(const std::string& name) const {
    return read(layout_.shared_keys() / name);
  }

 private:
  const Layout& layout_;
};

// The policy that is installed and the one that it replaces, with the approvals of that.
Result<Json> take_over_request(const Layout& layout, const FirstPolicy& first,
                               const std::string& replaced) {
  HALLMARK_TRY(const Policy before, parse_policy(replaced, layout.shared_policy()));
  HALLMARK_TRY(const ApprovalFiles approvals,
               read_approval_files(layout, layout.proposed_policy()));
  const Releases releases(layout);
  HALLMARK_TRY(Json request, install_request(first, [&](const std::string& name) {
                 return releases.read_key(name);
               }));
  request["replaces"] = replaced;
  add_approval(before, approvals, request);
  return request;
}

// The lost terminals may have put it in force themselves, before they were lost.
Result<Json> first_request(const TerminalRoot& root, const EnrolOptions& options,
                           FirstPolicy& first) {
  const Layout& layout = root.layout();
  const Releases releases(layout);
  HALLMARK_TRY(const std::string shared, releases.read(layout.shared_policy()));
  if (sha256(shared) == options.expected) {
    HALLMARK_TRY(first, check_policy(root, shared, layout.shared_policy(), options));
    return install_request(first, [&](const std::string& name) { return releases.read_key(name); });
  }
  const fs::path proposal = layout.proposed_policy() / "policy.json";
  HALLMARK_TRY(std::string text, releases.read(proposal));
  HALLMARK_TRY(first, check_policy(root, std::move(text), proposal, options));
  return take_over_request(layout, first, shared);
}

Result<StepReport> take_over(TerminalRoot& root, const EnrolOptions& options) {
  FirstPolicy first;
  HALLMARK_TRY(const Json request, first_request(root, options, first));
  HALLMARK_TRY(StepReport report, install(root, first, request));
  share_policy(root);
  report.summary +=
      "now 'hallmark sync', which has the signer judge again what the lost terminals did; then "
      "'hallmark repo compose --sign SUITE...' and 'hallmark publish'; then commit what changed in "
      "releases/, and have a policy approved that does not name the lost terminals\n";
  return report;
}

}  // namespace

Result<StepReport> enrol_terminal(TerminalRoot& root, const EnrolOptions& options) {
  return options.folder.empty() ? take_over(root, options) : join(root, options);
}

}  // namespace hallmark
