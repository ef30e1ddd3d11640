// Verbs that sign the approval of what they then ask the signer for: promote, withdraw, allow,
// import.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/approval_files.hpp"

namespace hallmark {

struct ApprovalOptions {
  ApproveOptions approve;  // without a key: what has been signed so far counts
  bool approve_only = false;
};

// --key, --valid-days and --approve-only.
void add_approval_options(CLI::App& verb, ApprovalOptions& options);

// Signs, if there is a key; else leaves a statement that can be signed.
Status prepare_approval(const TerminalRoot& root, const ApprovalSubject& subject,
                        const ApproveOptions& options);

// Of a verb that was told to do nothing else.
StepReport approve_only_report(const ApprovalSubject& subject);

}  // namespace hallmark
