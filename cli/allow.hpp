// What the signer's rules would refuse, by an approval of its own: a lower version once, lower
// evidence for a time, what a rebuilder says against it. Statements and signatures are in
// releases/allowances.
#pragma once

#include "cli/approval_options.hpp"

namespace hallmark {

struct LowerVersionOptions {
  LowerVersionStatement wanted;  // as far as it is asked for
  ApprovalOptions approval;
};
Result<StepReport> allow_lower_version(TerminalRoot& root, const LowerVersionOptions& options);

struct LowerEvidenceOptions {
  LowerEvidenceStatement wanted;  // as far as it is asked for
  std::string level;
  std::string until;  // a day, or a time in UTC
  ApprovalOptions approval;
};
Result<StepReport> allow_lower_evidence(TerminalRoot& root, const LowerEvidenceOptions& options);

struct DissentOptions {
  DissentStatement wanted;                // as far as it is asked for
  std::vector<std::string> attestations;  // in hex
  std::string outcome;                    // in hex
  ApprovalOptions approval;
};
Result<StepReport> allow_dissent(TerminalRoot& root, const DissentOptions& options);

}  // namespace hallmark
