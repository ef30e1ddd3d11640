// accept-attestation: what a rebuilder says of a build (verify/attestation.hpp) is kept, for ever,
// and counts from then on: for a build that is the same, and against one that is not.
//
// Request: {"envelope": text, "lock": text}: what was signed, and the lock that it is about.
// Answer: {"owner", "attestation": SHA-256 of what was signed, "product", "version", "target"}. The
// same again gives the same answer.
#pragma once

#include "core/model/lock.hpp"
#include "core/wire.hpp"
#include "signer/context.hpp"
#include "verify/attestation.hpp"

namespace hallmark {

struct AttestationCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  Attestation attestation{};
  KeptAttestation kept{};
  Lock lock{};
};

Status policy_for_the_attestation(AttestationCase& subject);
Status attestation_can_be_read(AttestationCase& subject);
Status attestation_is_signed_by_a_rebuilder(AttestationCase& subject);
Status attestation_is_of_this_lock(AttestationCase& subject);
Status target_is_the_locks(AttestationCase& subject);
Status environment_is_the_locks(AttestationCase& subject);

// This rebuilder's key has said exactly this before.
Result<bool> is_attested_already(const AttestationCase& subject);

// Or one owner's key could fill the state.
Status rebuilder_has_not_said_too_much(AttestationCase& subject);

Status commit_attestation(const AttestationCase& subject);
Result<Response> attestation_answer(const AttestationCase& subject);

// attestations: what is kept of a release.
//
// Request: {"product", "version"}. Answer: {"needed": how many the policy asks for, "attestations":
// [{"owner", "key", "attestation", "lock", "target", "finished", "artefacts": [{"name", "size",
// "sha256"}], "counts", "agrees"?, "overruled"}]}: `counts` unless the policy names the key no
// longer; `agrees` says how it stands to what was accepted.
Result<Response> attestations_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
