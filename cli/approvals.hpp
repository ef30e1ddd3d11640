// Approvals of releases: releases/approvals/PRODUCT/VERSION.
#pragma once

#include "cli/approval_files.hpp"

namespace hallmark {

// Of the product, in no particular order.
Result<std::vector<std::string>> pinned_versions(const TerminalRoot& root,
                                                 const ReleaseName& release);

// The release as these files have it.
Result<ApprovalSubject> release_approval(const TerminalRoot& root, const ReleaseName& release,
                                         const ReleaseFiles& files);

struct ReleaseApproveOptions {
  ApproveOptions approve;
  bool offline = false;  // on a clone: does not ask the origin whether its tag was moved
};
Result<StepReport> approve_release(TerminalRoot& root, const ReleaseName& release,
                                   const ReleaseApproveOptions& options);

}  // namespace hallmark
