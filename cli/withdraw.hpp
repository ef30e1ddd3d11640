// Calling a release back: its statement and signatures are in releases/withdrawals.
#pragma once

#include "cli/approval_options.hpp"

namespace hallmark {

struct WithdrawOptions {
  std::string suite;  // empty: every suite
  ApprovalOptions approval;
};

// Signs, if there is a key; has the signer withdraw the release; takes it out of the repository;
// has the suites that held it signed anew.
Result<StepReport> withdraw_release(TerminalRoot& root, const ReleaseName& release,
                                    const WithdrawOptions& options);

}  // namespace hallmark
