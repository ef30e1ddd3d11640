// What rebuilders say of releases (verify/attestation.hpp). It is kept in the releases repository,
// releases/attestations/PRODUCT/VERSION/, and handed to the signer, which decides what it is worth.
#pragma once

#include <string>
#include <vector>

#include "cli/steps/step.hpp"

namespace hallmark {

// Hands each file to the signer, then keeps it. The first that is refused is the command's error;
// those before it are in.
Result<StepReport> import_attestations(TerminalRoot& root, const std::vector<std::string>& files);

// What the signer knows that rebuilders said of a release.
Result<StepReport> list_attestations(TerminalRoot& root, const ReleaseName& release);

// Hands in what lies in the repository of this release. What cannot be read or the signer refuses
// is warned of: it does not count then. But a rebuilder who has said too much is an error: what the
// signer takes no more may be a dissent.
Status hand_in_attestations(TerminalRoot& root, const ReleaseName& release,
                            const std::string& lock_text);

}  // namespace hallmark
