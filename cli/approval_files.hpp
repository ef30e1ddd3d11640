// Statements and their signatures, as files in a folder of the releases repository: `statement`
// and, beside it, one SSHSIG NAME.sig for each person. The CLI's view is a convenience: the signer
// checks everything.
#pragma once

#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/releases_folder.hpp"
#include "cli/screen.hpp"
#include "cli/steps/step.hpp"
#include "core/model/approval.hpp"
#include "core/model/policy.hpp"

namespace hallmark {

struct SignatureFile {
  std::string approver;   // as the file is named
  std::string signature;  // armored
};

struct ApprovalFiles {
  std::string statement;
  std::vector<SignatureFile> signatures;
};

// What people are asked to approve of.
struct ApprovalSubject {
  Layout layout;
  std::filesystem::path folder;                           // of the releases repository
  std::function<std::string(int64_t expires)> statement;  // as it is now
};

// The text of a statement of any action, for the expiry that it is given.
template <typename Statement>
std::function<std::string(int64_t expires)> with_expiry(const Statement& statement) {
  return [statement](int64_t expires) {
    Statement dated = statement;
    dated.expires = expires;
    return render_statement(dated);
  };
}

struct ApproveOptions {
  std::string key;          // private key, or public key whose private half an agent holds
  int64_t valid_days = 30;  // for a new statement
  std::time_t now = 0;
};

// What has been written so far; nothing at all is empty, not an error.
Result<ApprovalFiles> read_approval_files(const Layout& layout,
                                          const std::filesystem::path& folder);
inline Result<ApprovalFiles> read_approval_files(const ApprovalSubject& subject) {
  return read_approval_files(subject.layout, subject.folder);
}

// Does the statement in `files` say what the subject's says now, whatever its expiry?
bool is_current(const ApprovalFiles& files, const ApprovalSubject& subject);

// Leaves a standing statement that says the same and has not run out, nor runs out later than any
// may that is made now; else writes a new one, and
// removes the signatures of the old one. Returns it: a person may sign it with ssh-keygen alone.
Result<std::string> write_statement(const ApprovalSubject& subject, const ApproveOptions& options);

// The same, then shows it, signs it with ssh-keygen, which asks for a passphrase where the key has
// one, and keeps the signature under the name of the policy's person whose key it is.
Status sign_statement(const Screen& screen, const Policy& policy, const ApprovalSubject& subject,
                      const ApproveOptions& options);

// The good signatures of `files`, each under the name of the person whose key made it: a file that
// ssh-keygen wrote is called statement.sig, whoever ran it.
std::vector<SignatureFile> attributed_signatures(const Policy& policy, const ApprovalFiles& files);
// People of the policy whose signature in `files` is good. Sorted.
std::vector<std::string> who_approved(const Policy& policy, const ApprovalFiles& files);

// "statement" and "signatures" of a request to the signer.
void add_approval(const Policy& policy, const ApprovalFiles& files, Json& request);

// "2 of 3 approvals: alice, bob"
StepReport approvals_report(const std::vector<std::string>& people, uint64_t needed);

}  // namespace hallmark
