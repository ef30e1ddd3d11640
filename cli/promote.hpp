// Taking what one suite has of a release to another: its statement and signatures are in
// releases/promotions.
#pragma once

#include "cli/approval_options.hpp"

namespace hallmark {

struct PromoteOptions {
  ReleaseName release;
  std::string from;
  std::string to;
  ApprovalOptions approval;
};

// Signs, if there is a key; has the signer promote the release; puts its packages into the suite
// and has that signed anew.
Result<StepReport> promote_release(TerminalRoot& root, const PromoteOptions& options);

}  // namespace hallmark
