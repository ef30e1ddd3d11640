// hallmark suite add: a proposal for a suite like another, and drafts of the product files for it.
#pragma once

#include "cli/approval_files.hpp"
#include "cli/steps/step.hpp"
#include "cli/suite_draft.hpp"

namespace hallmark {

struct SuiteAddOptions {
  SuiteDraft draft;
  ApproveOptions approve;  // without a key
};

// Nothing but releases/policy/ and releases/drafts/NAME/ is written.
Result<StepReport> add_suite(TerminalRoot& root, const SuiteAddOptions& options);

}  // namespace hallmark
