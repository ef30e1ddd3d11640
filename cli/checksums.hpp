// SHA256SUMS of releases (verify/checksums.hpp) and what is attested of them
// (verify/provenance.hpp): signed by the signer, put up by the publisher. Trouble with them is
// warned of: it keeps no package, and no security update, from the hosts.
#pragma once

#include "cli/files_at_hand.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {

// Has what is accepted of the release now listed and signed, unless some terminal of the group
// signed just that: then its files are taken over. The report says so.
void renew_checksums(TerminalRoot& root, const ReleaseName& release, StepReport& report);

// Has this terminal attest what the release was built from. The report says so.
void renew_attestation(TerminalRoot& root, const ReleaseName& release, StepReport& report);

// Of a release that was called back from everywhere nothing is served on.
Status remove_checksums(TerminalRoot& root, const ReleaseName& release);

// Takes over what other terminals signed since, from `at_hand`, else from what the hosts serve;
// takes away lists of which something was called back.
void reconcile_checksums(TerminalRoot& root, const FilesAtHand& at_hand);

}  // namespace hallmark
