// Apps that other terminals of the group have accepted and signed: what they became there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "signer/accept_build.hpp"
#include "signer/context.hpp"

namespace hallmark {

// What the logs of the terminals that the policy has a log key of, but this, say that an APK
// became. Nothing of it is proved.
Result<std::vector<SiblingApk>> siblings_signed_forms(const SignerContext& context,
                                                      const Sha256Digest& unsigned_sha256);

// The form to hand in where `terminal` accepted the APK: its own, else another's. nullopt: none of
// them has signed it.
Result<std::optional<SignedApk>> form_to_adopt(const SignerContext& context,
                                               const std::string& terminal,
                                               const Sha256Digest& unsigned_sha256);

// Of what was handed in by its signed form: its signatures verify, by keys of the application.
Status adopted_app_is_signed_by_its_key(BuildCase& subject);

// Whether the terminal that accepted it has called it back since, as its log says.
Result<bool> is_called_back_there(const BuildCase& subject, const CandidateArtefact& artefact);

}  // namespace hallmark
