#include "cli/policy_change.hpp"

#include <unistd.h>

#include "cli/shared_policy.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxText = uint64_t{8} << 20U;
constexpr uint64_t kMaxKeyFile = uint64_t{1} << 20U;

Result<std::string> proposed_text(const TerminalRoot& root) {
  const fs::path file = root.layout().proposed_policy() / "policy.json";
  std::error_code failure;
  if (!fs::exists(file, failure)) {
    return failed("policy", "has no proposal", "hallmark policy propose FILE");
  }
  return read_release_file(root.layout(), file, kMaxText);
}

Result<ApprovalSubject> policy_approval(const TerminalRoot& root) {
  HALLMARK_TRY(const std::string before, root.policy_text());
  HALLMARK_TRY(const std::string after, proposed_text(root));
  HALLMARK_TRY(const std::string group, root.group());
  const PolicyStatement statement{sha256(before), sha256(after), group, 0};
  return ApprovalSubject{root.layout(), root.layout().proposed_policy(), with_expiry(statement)};
}

// The files of the proposal whose names begin and end so, sorted.
Result<std::vector<std::string>> proposal_files(const UniqueFd& folder, const fs::path& path,
                                                const std::string& begin, const std::string& end) {
  HALLMARK_TRY(std::vector<std::string> names, names_in(folder, path));
  std::erase_if(names, [&](const std::string& name) {
    return !name.starts_with(begin) || !name.ends_with(end);
  });
  return names;
}

Status remove_old_proposal(const fs::path& path, const UniqueFd& folder) {
  for (const auto& [begin, end] : {std::pair("openpgp-", ".asc"), {"apk-", ".der"}}) {
    HALLMARK_TRY(const std::vector<std::string> files, proposal_files(folder, path, begin, end));
    for (const std::string& file : files) {
      if (::unlinkat(folder.get(), file.c_str(), 0) != 0) {
        return errno_error(path / file, "cannot be removed");
      }
    }
  }
  return ok_status();
}

Status copy_keys(const ProposeOptions& options, int folder) {
  std::size_t number = 0;
  for (const std::string& file : options.openpgp_keys) {
    HALLMARK_TRY(const std::string key, read_file(file, kMaxKeyFile));
    const std::string name = "openpgp-" + std::to_string(++number) + ".asc";
    HALLMARK_CHECK(write_file_atomic(folder, name, key, 0644));
  }
  for (const std::string& argument : options.apk_certificates) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (equals == std::string::npos || !is_plain_name(name)) {
      return usage_error("--apk-certificate " + argument, "is not NAME=FILE");
    }
    HALLMARK_TRY(const std::string der, read_file(argument.substr(equals + 1), kMaxKeyFile));
    HALLMARK_CHECK(write_file_atomic(folder, "apk-" + name + ".der", der, 0644));
  }
  return ok_status();
}

Result<Json> key_fields(const Layout& layout) {
  const fs::path path = layout.proposed_policy();
  HALLMARK_TRY(const UniqueFd folder, open_release_folder(layout, path));
  Json request = {{"openpgp_keys", Json::array()}, {"apk_certificates", Json::array()}};
  HALLMARK_TRY(const std::vector<std::string> keys,
               proposal_files(folder, path, "openpgp-", ".asc"));
  for (const std::string& file : keys) {
    HALLMARK_TRY(const std::string key, read_file_at(folder.get(), file, kMaxKeyFile));
    request["openpgp_keys"].push_back(key);
  }
  HALLMARK_TRY(const std::vector<std::string> certificates,
               proposal_files(folder, path, "apk-", ".der"));
  for (const std::string& file : certificates) {
    HALLMARK_TRY(const std::string der, read_file_at(folder.get(), file, kMaxKeyFile));
    const std::string name = fs::path(file).stem().string().substr(std::string("apk-").size());
    request["apk_certificates"].push_back(
        {{"name", name}, {"der_base64", base64_encode(as_bytes(der))}});
  }
  return request;
}

}  // namespace

Result<StepReport> propose_policy(TerminalRoot& root, const ProposeOptions& options) {
  HALLMARK_TRY(const std::string text, read_file(options.file, kMaxText));
  return propose_policy_text(root, text, options);
}

Result<StepReport> propose_policy_text(TerminalRoot& root, const std::string& text,
                                       const ProposeOptions& options) {
  HALLMARK_TRY(const Policy proposed, parse_policy(text, options.file));
  const fs::path path = root.layout().proposed_policy();
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), path));
  HALLMARK_CHECK(remove_old_proposal(path, folder));
  HALLMARK_CHECK(copy_keys(options, folder.get()));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "policy.json", text, 0644));
  share_policy(root);
  HALLMARK_TRY(const ApprovalSubject subject, policy_approval(root));
  HALLMARK_TRY(const std::string statement, write_statement(subject, options.approve));
  HALLMARK_TRY(const Policy before, root.policy());
  const std::vector<PolicyDifference> differences = compare_policies(before, proposed);
  return StepReport{
      describe(differences) + "\nto be signed, in " + path.string() + "/statement:\n" + statement,
      Json{{"statement", statement}, {"differences", to_json(differences)}}};
}

Result<std::vector<PolicyDifference>> proposed_differences(const TerminalRoot& root) {
  HALLMARK_TRY(const Policy before, root.policy());
  HALLMARK_TRY(const std::string text, proposed_text(root));
  HALLMARK_TRY(const Policy after, parse_policy(text, "the proposed policy"));
  return compare_policies(before, after);
}

Result<StepReport> approve_policy(TerminalRoot& root, const ApproveOptions& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::vector<PolicyDifference> differences, proposed_differences(root));
  HALLMARK_TRY(const ApprovalSubject subject, policy_approval(root));
  root.screen().note(describe(differences));
  HALLMARK_CHECK(sign_statement(root.screen(), policy, subject, options));
  HALLMARK_TRY(const ApprovalFiles after, read_approval_files(subject));
  return approvals_report(who_approved(policy, after), policy.most_people_needed());
}

Result<StepReport> change_policy(TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::string text, proposed_text(root));
  const fs::path folder = root.layout().proposed_policy();
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(root.layout(), folder));
  HALLMARK_TRY(Json request, key_fields(root.layout()));
  request["type"] = "change-policy";
  request["policy"] = text;
  add_approval(policy, approvals, request);
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", request));
  HALLMARK_TRY(const UniqueFd state, open_dir(root.layout().root));
  HALLMARK_CHECK(write_file_atomic(state.get(), "policy.json", text, 0644));
  share_policy(root);
  return StepReport{"the policy in force is sha256:" + sha256(text).hex() +
                        "\napprovals that were given before count for nothing now: what is not "
                        "released yet is approved again",
                    answer.body};
}

}  // namespace hallmark
