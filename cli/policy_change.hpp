// From a proposed policy to the policy in force: releases/policy holds the proposal (policy.json),
// the keys that are new in it (openpgp-N.asc, apk-NAME.der), its statement and signatures.
#pragma once

#include "cli/approval_files.hpp"
#include "cli/policy_diff.hpp"

namespace hallmark {

struct ProposeOptions {
  std::string file;
  std::vector<std::string> openpgp_keys;      // files, armoured
  std::vector<std::string> apk_certificates;  // NAME=FILE, DER
  ApproveOptions approve;                     // without a key
};

// Takes the place of an earlier proposal, and of its approvals.
Result<StepReport> propose_policy(TerminalRoot& root, const ProposeOptions& options);
// The same for a policy that is in no file: `options.file` only says what it is.
Result<StepReport> propose_policy_text(TerminalRoot& root, const std::string& text,
                                       const ProposeOptions& options);
Result<std::vector<PolicyDifference>> proposed_differences(const TerminalRoot& root);
Result<StepReport> approve_policy(TerminalRoot& root, const ApproveOptions& options);
// The signer decides; then ROOT/policy.json is what it now works from.
Result<StepReport> change_policy(TerminalRoot& root);

}  // namespace hallmark
