// SHA256SUMS of releases (verify/checksums.hpp): signed by the signer, put up by the publisher.
// Trouble with them is warned of: it keeps no package, and no security update, from the hosts.
#pragma once

#include "cli/files_at_hand.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

// Has what is accepted of the release now listed and signed, unless some terminal of the group
// signed just that: then its files are taken over. The report says so.
void renew_checksums(TerminalRoot& root, const ReleaseName& release, StepReport& report);

// Takes over what other terminals signed since, from `at_hand`, else from what the hosts serve;
// takes away lists of which something was called back.
void reconcile_checksums(TerminalRoot& root, const FilesAtHand& at_hand);

}  // namespace hallmark
