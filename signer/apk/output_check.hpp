// Whether the outcome is what was meant to be signed: the verifier's word on it, for every scheme
// in it.
#pragma once

#include "core/result.hpp"
#include "signer/apk/apk_signing.hpp"
#include "signer/apk/signing_plan.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/digested_prefix.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

struct SigningOutcome {
  FileBytes apk;
  int idsig_fd;  // used if the plan has v4
  // Of the unsigned APK.
  const DigestedEntries* digested;  // null without v1
  const DigestedPrefix* prefix;
};

// kVerification: the outcome does not verify, or names other signers than the plan's.
Result<ApkReport> check_output(const ApkManifest& manifest, const SigningPlan& plan,
                               const SigningOutcome& outcome);

}  // namespace hallmark
