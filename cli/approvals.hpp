// Approvals as files of the releases repository: approvals/PRODUCT/VERSION/statement and, beside
// it, one SSHSIG NAME.sig for each person. The CLI's view is a convenience: the signer checks
// everything.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "cli/steps/step.hpp"
#include "core/model/approval.hpp"

namespace hallmark {

struct SignatureFile {
  std::string approver;   // as the file is named
  std::string signature;  // armored
};

struct ApprovalFiles {
  std::string statement;
  std::vector<SignatureFile> signatures;
};

// What has been written so far; nothing at all is empty, not an error.
Result<ApprovalFiles> read_approvals(const TerminalRoot& root, const ReleaseName& release);

// The statement for the files as they are now.
Result<ApprovalStatement> statement_for(const TerminalRoot& root, const ReleaseName& release,
                                        int64_t expires);

// People of the policy whose signature in `files` is good for `statement`. Sorted.
Result<std::vector<std::string>> who_approved(const Policy& policy, const ApprovalFiles& files);

// The good signatures of `files`, each under the name of the person whose key made it: a file that
// ssh-keygen wrote is called statement.sig, whoever ran it.
Result<std::vector<SignatureFile>> attributed_signatures(const TerminalRoot& root,
                                                         const ApprovalFiles& files);

struct ApproveOptions {
  std::string key;          // private key, or public key whose private half an agent holds
  int64_t valid_days = 30;  // for a new statement
  std::time_t now = 0;
};

// Signs with ssh-keygen, which asks for a passphrase where the key has one.
Result<StepReport> approve_release(TerminalRoot& root, const ReleaseName& release,
                                   const ApproveOptions& options);

}  // namespace hallmark
