#include "cli/approval_files.hpp"

#include <unistd.h>

#include <set>

#include "cli/ssh_sign.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxSignature = uint64_t{64} << 10U;
constexpr uint64_t kMaxStatement = uint64_t{8} << 20U;  // a promotion names each of its files
constexpr std::size_t kMostSignatures = 1000;
constexpr int64_t kLongestDays = 90;  // that an approval may reach ahead: the signer's bound
const std::string kSuffix = ".sig";

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

}  // namespace

Result<ApprovalFiles> read_approval_files(const Layout& layout,
                                          const std::filesystem::path& folder) {
  ApprovalFiles files;
  std::error_code failure;
  if (!std::filesystem::exists(folder / "statement", failure)) return files;
  // Through no link: a statement is shown and sent, and whoever wrote the releases repository could
  // have it be a file that only root may read.
  HALLMARK_TRY(const UniqueFd opened, open_release_folder(layout, folder));
  HALLMARK_TRY(files.statement, read_file_at(opened.get(), "statement", kMaxStatement));
  HALLMARK_TRY(const std::vector<std::string> names, names_in(opened, folder));
  for (const std::string& name : names) {
    if (!name.ends_with(kSuffix)) continue;
    if (files.signatures.size() == kMostSignatures) {
      return failed(folder, "has too many signatures", "remove those of nobody in the policy");
    }
    HALLMARK_TRY(std::string signature, read_file_at(opened.get(), name, kMaxSignature));
    files.signatures.push_back(
        {name.substr(0, name.size() - kSuffix.size()), std::move(signature)});
  }
  return files;
}

bool is_current(const ApprovalFiles& files, const ApprovalSubject& subject) {
  const auto expiry = statement_expiry(files.statement);
  return expiry.ok() && subject.statement(*expiry) == files.statement;
}

Result<std::string> write_statement(const ApprovalSubject& subject, const ApproveOptions& options) {
  HALLMARK_TRY(const ApprovalFiles before, read_approval_files(subject));
  const auto expiry = statement_expiry(before.statement);
  const int64_t latest = options.now + kLongestDays * kDay;
  if (is_current(before, subject) && *expiry > options.now && *expiry <= latest) {
    return before.statement;
  }
  std::string statement = subject.statement(options.now + options.valid_days * kDay);
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(subject.layout, subject.folder));
  // Signatures of another statement are of no use beside this one.
  for (const SignatureFile& old : before.signatures) {
    ::unlinkat(folder.get(), (old.approver + kSuffix).c_str(), 0);
  }
  HALLMARK_CHECK(write_file_atomic(folder.get(), "statement", statement, 0644));
  return statement;
}

Status sign_statement(const Screen& screen, const Policy& policy, const ApprovalSubject& subject,
                      const ApproveOptions& options) {
  HALLMARK_TRY(const std::string statement, write_statement(subject, options));
  screen.note(statement);
  HALLMARK_TRY(const std::string signature,
               sign_with_ssh(options.key, kApprovalNamespace, statement, "approval"));
  HALLMARK_TRY(const SshPublicKey key, verify_approval_signature(signature, statement));
  HALLMARK_TRY(const std::string person, approver_of(policy, key));
  HALLMARK_TRY(const UniqueFd folder, open_release_folder(subject.layout, subject.folder));
  return write_file_atomic(folder.get(), person + kSuffix, signature, 0644);
}

std::vector<SignatureFile> attributed_signatures(const Policy& policy, const ApprovalFiles& files) {
  std::vector<SignatureFile> out;
  for (const SignatureFile& file : files.signatures) {
    const auto key = verify_approval_signature(file.signature, files.statement);
    if (!key.ok()) continue;
    const auto person = approver_of(policy, *key);
    if (person.ok()) out.push_back({*person, file.signature});
  }
  return out;
}

std::vector<std::string> who_approved(const Policy& policy, const ApprovalFiles& files) {
  std::set<std::string> people;
  for (const SignatureFile& file : attributed_signatures(policy, files)) {
    people.insert(file.approver);
  }
  return {people.begin(), people.end()};
}

void add_approval(const Policy& policy, const ApprovalFiles& files, Json& request) {
  Json signatures = Json::array();
  for (const SignatureFile& file : attributed_signatures(policy, files)) {
    signatures.push_back({{"approver", file.approver}, {"signature", file.signature}});
  }
  request["statement"] = files.statement;
  request["signatures"] = std::move(signatures);
}

StepReport approvals_report(const std::vector<std::string>& people, uint64_t needed) {
  std::string names;
  for (const std::string& person : people) names += (names.empty() ? "" : ", ") + person;
  return {std::to_string(people.size()) + " of " + std::to_string(needed) +
              " approvals: " + (names.empty() ? "nobody" : names),
          Json{{"approved_by", people}, {"threshold", needed}}};
}

}  // namespace hallmark
