#include "cli/policy_change.hpp"

#include <algorithm>

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
  return read_file(file, kMaxText);
}

Result<ApprovalSubject> policy_approval(const TerminalRoot& root) {
  HALLMARK_TRY(const std::string before, root.policy_text());
  HALLMARK_TRY(const std::string after, proposed_text(root));
  HALLMARK_TRY(const std::string group, root.group());
  const PolicyStatement statement{sha256(before), sha256(after), group, 0};
  return ApprovalSubject{root.layout().proposed_policy(), with_expiry(statement)};
}

// The files of the proposal whose names begin and end so, sorted.
Result<std::vector<fs::path>> proposal_files(const fs::path& folder, const std::string& begin,
                                             const std::string& end) {
  std::vector<fs::path> out;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(begin) && name.ends_with(end)) out.push_back(entry.path());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(out.begin(), out.end());
  return out;
}

Status remove_old_proposal(const fs::path& folder) {
  for (const auto& [begin, end] : {std::pair("openpgp-", ".asc"), {"apk-", ".der"}}) {
    HALLMARK_TRY(const std::vector<fs::path> files, proposal_files(folder, begin, end));
    for (const fs::path& file : files) {
      std::error_code failure;
      if (!fs::remove(file, failure)) return failed(file, "cannot be removed");
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

Result<Json> key_fields(const fs::path& folder) {
  Json request = {{"openpgp_keys", Json::array()}, {"apk_certificates", Json::array()}};
  HALLMARK_TRY(const std::vector<fs::path> keys, proposal_files(folder, "openpgp-", ".asc"));
  for (const fs::path& file : keys) {
    HALLMARK_TRY(const std::string key, read_file(file, kMaxKeyFile));
    request["openpgp_keys"].push_back(key);
  }
  HALLMARK_TRY(const std::vector<fs::path> certificates, proposal_files(folder, "apk-", ".der"));
  for (const fs::path& file : certificates) {
    HALLMARK_TRY(const std::string der, read_file(file, kMaxKeyFile));
    const std::string name = file.stem().string().substr(std::string("apk-").size());
    request["apk_certificates"].push_back(
        {{"name", name}, {"der_base64", base64_encode(as_bytes(der))}});
  }
  return request;
}

}  // namespace

Result<StepReport> propose_policy(TerminalRoot& root, const ProposeOptions& options) {
  HALLMARK_TRY(const std::string text, read_file(options.file, kMaxText));
  HALLMARK_TRY(const Policy proposed, parse_policy(text, options.file));
  const fs::path path = root.layout().proposed_policy();
  HALLMARK_CHECK(make_dirs(path, 0755));
  HALLMARK_CHECK(remove_old_proposal(path));
  HALLMARK_TRY(const UniqueFd folder, open_dir(path));
  HALLMARK_CHECK(copy_keys(options, folder.get()));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "policy.json", text, 0644));
  HALLMARK_CHECK(share_policy(root));
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
  HALLMARK_TRY(const ApprovalFiles after, read_approval_files(subject.folder));
  return approvals_report(who_approved(policy, after), policy.most_people_needed());
}

Result<StepReport> change_policy(TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::string text, proposed_text(root));
  const fs::path folder = root.layout().proposed_policy();
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(folder));
  HALLMARK_TRY(Json request, key_fields(folder));
  request["type"] = "change-policy";
  request["policy"] = text;
  add_approval(policy, approvals, request);
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", request));
  HALLMARK_TRY(const UniqueFd state, open_dir(root.layout().root));
  HALLMARK_CHECK(write_file_atomic(state.get(), "policy.json", text, 0644));
  HALLMARK_CHECK(share_policy(root));
  return StepReport{"the policy in force is sha256:" + sha256(text).hex() +
                        "\napprovals that were given before count for nothing now: what is not "
                        "released yet is approved again",
                    answer.body};
}

}  // namespace hallmark
