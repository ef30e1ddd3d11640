// What the policy's rules would refuse, by an approval of its own: a lower version once, lower
// evidence for a time. Statements and signatures are in releases/allowances.
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

}  // namespace hallmark
