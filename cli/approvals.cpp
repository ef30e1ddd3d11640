#include "cli/approvals.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/digest.hpp"
#include "process/run.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxApprovalFile = uint64_t{64} << 10U;
constexpr int64_t kDay = int64_t{24} * 60 * 60;
constexpr const char* kSuffix = ".sig";

Result<std::string> approver_of(const Policy& policy, const SshPublicKey& key) {
  for (const Approver& person : policy.approvers) {
    for (const std::string& line : person.keys) {
      const auto own = SshPublicKey::parse(line);
      if (own.ok() && *own == key) return person.name;
    }
  }
  return policy_error("key " + key.fingerprint(), "belongs to no approver of the policy",
                      "approvers and their keys are in policy.json");
}

std::vector<SignatureFile> attribute(const Policy& policy, const ApprovalFiles& files) {
  std::vector<SignatureFile> out;
  for (const SignatureFile& file : files.signatures) {
    const auto key = verify_approval_signature(file.signature, files.statement);
    if (!key.ok()) continue;
    const auto person = approver_of(policy, *key);
    if (person.ok()) out.push_back({*person, file.signature});
  }
  return out;
}

// The standing statement, when it says the same as one made now and has not run out; else a new
// one.
Result<std::string> current_statement(const TerminalRoot& root, const ReleaseName& release,
                                      const ApprovalFiles& files, const ApproveOptions& options) {
  const auto expiry = statement_expiry(files.statement);
  if (expiry.ok() && *expiry > options.now) {
    HALLMARK_TRY(const ApprovalStatement same, statement_for(root, release, *expiry));
    if (render_statement(same) == files.statement) return files.statement;
  }
  const int64_t expires = options.now + options.valid_days * kDay;
  HALLMARK_TRY(const ApprovalStatement fresh, statement_for(root, release, expires));
  return render_statement(fresh);
}

Result<std::string> sign_with_ssh(const std::string& key, const std::string& statement) {
  Command command;
  command.program = "/usr/bin/ssh-keygen";
  // It runs in another folder than the person who named the key.
  const std::string path = std::filesystem::absolute(key);
  command.arguments = {"-q", "-Y", "sign", "-f", path, "-n", std::string(kApprovalNamespace)};
  command.stdin_text = statement;
  command.timeout = std::chrono::seconds(300);  // a person looks for a passphrase or a token
  command.interactive = true;
  for (const char* name : {"SSH_AUTH_SOCK", "HOME", "TERM", "DISPLAY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) command.environment.push_back(std::string(name) + "=" + value);
  }
  return run_checked(command, "approval");
}

Status keep_signature(const TerminalRoot& root, const ReleaseName& release,
                      const ApprovalFiles& before, const std::string& statement,
                      const SignatureFile& signature) {
  const std::string path = root.layout().approvals(release.product, release.version);
  HALLMARK_CHECK(make_dirs(path, 0755));
  HALLMARK_TRY(const UniqueFd folder, open_dir(path));
  if (before.statement != statement) {
    // Signatures of another statement are of no use beside this one.
    for (const SignatureFile& old : before.signatures) {
      ::unlinkat(folder.get(), (old.approver + kSuffix).c_str(), 0);
    }
    HALLMARK_CHECK(write_file_atomic(folder.get(), "statement", statement, 0644));
  }
  return write_file_atomic(folder.get(), signature.approver + kSuffix, signature.signature, 0644);
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "nobody" : out;
}

StepReport approvals_report(const Policy& policy, const std::vector<std::string>& people) {
  const std::string count =
      std::to_string(people.size()) + " of " + std::to_string(policy.threshold) + " approvals";
  return {count + ": " + join(people),
          Json{{"approved_by", people}, {"threshold", policy.threshold}}};
}

}  // namespace

Result<ApprovalFiles> read_approvals(const TerminalRoot& root, const ReleaseName& release) {
  const std::filesystem::path folder = root.layout().approvals(release.product, release.version);
  ApprovalFiles files;
  std::error_code failure;
  if (!std::filesystem::exists(folder / "statement", failure)) return files;
  HALLMARK_TRY(files.statement, read_file(folder / "statement", kMaxApprovalFile));
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != kSuffix) continue;
    HALLMARK_TRY(std::string signature, read_file(path, kMaxApprovalFile));
    files.signatures.push_back({path.stem(), std::move(signature)});
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(files.signatures.begin(), files.signatures.end(),
            [](const auto& a, const auto& b) { return a.approver < b.approver; });
  return files;
}

Result<ApprovalStatement> statement_for(const TerminalRoot& root, const ReleaseName& release,
                                        int64_t expires) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  ApprovalStatement statement;
  statement.action = "release";
  statement.product = release.product;
  statement.product_sha256 = sha256(files.product_text);
  statement.policy_sha256 = sha256(policy);
  statement.version = release.version;
  statement.lock_sha256 = sha256(files.lock_text);
  statement.suites = approval_suites(files.lock);
  statement.terminal_group = terminal.group;
  statement.expires = expires;
  return statement;
}

Result<std::vector<std::string>> who_approved(const Policy& policy, const ApprovalFiles& files) {
  std::set<std::string> people;
  for (const SignatureFile& file : attribute(policy, files)) people.insert(file.approver);
  return std::vector<std::string>(people.begin(), people.end());
}

Result<std::vector<SignatureFile>> attributed_signatures(const TerminalRoot& root,
                                                         const ApprovalFiles& files) {
  HALLMARK_TRY(const std::string policy_text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(policy_text, root.layout().policy()));
  return attribute(policy, files);
}

Result<StepReport> approve_release(TerminalRoot& root, const ReleaseName& release,
                                   const ApproveOptions& options) {
  HALLMARK_TRY(const std::string policy_text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(policy_text, root.layout().policy()));
  HALLMARK_TRY(const ApprovalFiles before, read_approvals(root, release));
  HALLMARK_TRY(const std::string statement, current_statement(root, release, before, options));
  root.screen().note(statement);
  HALLMARK_TRY(const std::string signature, sign_with_ssh(options.key, statement));
  HALLMARK_TRY(const SshPublicKey key, verify_approval_signature(signature, statement));
  HALLMARK_TRY(const std::string person, approver_of(policy, key));
  HALLMARK_CHECK(keep_signature(root, release, before, statement, {person, signature}));
  HALLMARK_TRY(const ApprovalFiles after, read_approvals(root, release));
  HALLMARK_TRY(const std::vector<std::string> people, who_approved(policy, after));
  return approvals_report(policy, people);
}

Result<StepReport> check_approvals(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const std::string policy_text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(policy_text, root.layout().policy()));
  HALLMARK_TRY(const ApprovalFiles files, read_approvals(root, release));
  std::vector<std::string> people;
  if (const auto expiry = statement_expiry(files.statement); expiry.ok()) {
    HALLMARK_TRY(const ApprovalStatement wanted, statement_for(root, release, *expiry));
    // Signatures of a statement for another lock, policy or product count for nothing.
    if (render_statement(wanted) == files.statement) {
      HALLMARK_TRY(people, who_approved(policy, files));
    }
  }
  if (people.size() < policy.threshold) {
    return policy_error(release.text(),
                        "has " + std::to_string(people.size()) + " of " +
                            std::to_string(policy.threshold) + " approvals of its lock (" +
                            join(people) + ")",
                        "hallmark approve " + release.text() + " --key FILE");
  }
  return approvals_report(policy, people);
}

}  // namespace hallmark
