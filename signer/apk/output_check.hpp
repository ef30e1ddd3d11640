// Whether what was written is what was meant to be signed: the verifier's word on the output, for
// every scheme in it.
#pragma once

#include "core/result.hpp"
#include "signer/apk/apk_signing.hpp"
#include "signer/apk/signing_plan.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

// kVerification: the output does not verify, or names other signers than the plan's.
Result<ApkReport> check_output(const ApkManifest& manifest, const SigningPlan& plan,
                               const ApkOutputs& outputs);

}  // namespace hallmark
