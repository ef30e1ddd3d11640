// What is served under releases/: SHA256SUMS of releases, and their signatures
// (verify/checksums.hpp), as hallmark-sign, or another terminal's, made them; what this terminal
// attests of them. Kept in the state, the three of one signing
// together.
#pragma once

#include "publisher/repository/repository.hpp"

namespace hallmark {

// Takes over what was signed, in place of what there was of this release. The SSHSIG must be of
// exactly this list, by the log key of a terminal of the policy; the OpenPGP signatures are not
// judged here: everybody's own keyring does that. False: it was there already.
Result<bool> attach_checksums(Repository& repository, const Policy& policy,
                              const ReleaseChecksums& untrusted_checksums);

// The same of what this terminal attests of a release (verify/provenance.hpp), whose path is not
// looked at. Its signatures are not judged here.
Result<bool> attach_attestation(Repository& repository, const std::string& terminal,
                                const ReleaseAttestation& untrusted_attestation);

// As they are served: the signatures first, then the list.
std::vector<std::pair<std::string, std::string>> served_checksums(
    const ReleaseChecksums& checksums);

}  // namespace hallmark
