// What rebuilders say of a build: who agrees with it, and who says that something else came out.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/model/record.hpp"
#include "signer/state.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

// Of all rebuilders in the policy, by fingerprint: key and owner.
struct RebuilderKey {
  SshPublicKey key;
  std::string owner;
};
std::map<std::string, RebuilderKey> rebuilder_keys(const Policy& policy);

// What was built for a target of a lock, as whoever judges it has it.
struct BuildOutcome {
  const Sha256Digest& lock;
  const Target& target;
  std::span<const BuiltArtefact> artefacts;
};

// What keys say that the policy names now. What others said, with keys that it named once, counts
// neither for a build nor against it.
struct RebuildersWord {
  // Owners who said this, and nothing else, and were not overruled in it; sorted.
  std::vector<std::string> agreeing;
  // Owners who said this and are no witnesses any more: they said something else too, or people
  // overruled them.
  std::vector<std::string> doubted;
  // What says something else, and no approval has overruled in favour of this (allow-dissent).
  struct Dissent {
    std::string owner;
    KeptAttestation attestation;
  };
  std::vector<Dissent> dissents;
};
Result<RebuildersWord> rebuilders_word(const State& state, const Policy& policy,
                                       const BuildOutcome& outcome);

// What was accepted, without the source package that came with it.
std::vector<BuiltArtefact> built_artefacts(const AcceptedBuild& build);

// What approvals call an outcome: the SHA-256 of what `sha256sum FILE...` prints of it, sorted by
// name.
Sha256Digest outcome_digest(std::span<const BuiltArtefact> artefacts);

// The same files with the same bytes, in any order.
bool same_outcome(std::span<const BuiltArtefact> one, std::span<const BuiltArtefact> other);

// As well known as `alone` says, or rebuilt, where enough agree. `adopting` what another terminal
// has accepted: what was doubted since, or what only this terminal knows to be doubtful, is no
// reason to be without a line of its log; dissents stop whoever promotes it here.
Evidence raised_evidence(const Policy& policy, const RebuildersWord& word, Evidence alone,
                         bool adopting = false);

// A refusal that shows both sides, if there is a dissent.
Status nobody_dissents(const RebuildersWord& word, const BuildOutcome& outcome,
                       const std::string& release);

}  // namespace hallmark
