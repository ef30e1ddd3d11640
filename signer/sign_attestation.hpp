// sign-attestation: what this terminal attests of a release (verify/provenance.hpp).
//
// Request: {"product", "version"}. Of each build that was accepted and stands the signer writes a
// statement itself; a promotion is no other build. What was built elsewhere, which nobody here or
// among the rebuilders vouches for, is left out. Answer: {"attestation": text of the file}. The
// same statements give the same answer.
//
// The terminal's log key signs. Each terminal attests by itself, under a name of its own, so
// nothing is carried between terminals.
#pragma once

#include <optional>
#include <string>

#include "core/wire.hpp"
#include "signer/checksums_of_release.hpp"
#include "signer/context.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

// Of sign-attestation; "AttestationCase" is what a rebuilder hands in.
struct ProvenanceCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  ReleaseToList list{};
  std::string statements{};  // each ends with a line feed
  SshPublicKey log_key{};
};

Status policy_for_the_provenance(ProvenanceCase& subject);
Status demo_terminal_marks_its_provenance(ProvenanceCase& subject);
Status provenance_request_can_be_read(ProvenanceCase& subject);
Status attested_release_was_accepted(ProvenanceCase& subject);
Status attested_release_is_not_withdrawn(ProvenanceCase& subject);
Status attested_apks_are_signed(ProvenanceCase& subject);
Status release_was_built(ProvenanceCase& subject);
Status log_key_for_the_provenance(ProvenanceCase& subject);

Result<std::optional<SignedProvenance>> provenance_that_still_stands(const ProvenanceCase& subject);
Result<SignedProvenance> sign_provenance(const ProvenanceCase& subject);
Response provenance_answer(const SignedProvenance& provenance);

}  // namespace hallmark
