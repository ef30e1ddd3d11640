// What the signers of v3 and v3.1 must be together: who signs for which devices, and one history of
// keys for all of them.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "verify/apk/scheme_verify.hpp"

namespace hallmark {

// The certificates that the app's key has had, oldest first: never empty.
struct SignerHistory {
  std::vector<Sha256Digest> certificates;
  std::vector<uint32_t> capabilities;  // of each; empty if the key was never rotated
};

// `v3` and `v31` as judge_scheme() returns them, in the order of their API levels; `v31` is empty
// if there is none that matters. Errors (kVerification): V3_MISSING_SDK_VERSIONS, where a device of
// the range, or one between v3 and v3.1, has no signer; V3_INCONSISTENT_SDK_VERSIONS, where one has
// two; V3_INCONSISTENT_LINEAGES, where a signer's history is not that of the signer before,
// continued.
Result<SignerHistory> judge_rotation(const std::vector<JudgedSigner>& v3,
                                     const std::vector<JudgedSigner>& v31, const SdkRange& devices);

}  // namespace hallmark
