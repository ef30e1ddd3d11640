#include "signer/rebuilders.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace hallmark {
namespace {

using ByName = std::map<std::string, const BuiltArtefact*>;

ByName by_name(std::span<const BuiltArtefact> artefacts) {
  ByName out;
  for (const BuiltArtefact& artefact : artefacts) out[artefact.name] = &artefact;
  return out;
}

// The first difference, in words; empty: there is none.
std::string difference(std::span<const BuiltArtefact> here,
                       std::span<const BuiltArtefact> elsewhere) {
  const ByName ours = by_name(here);
  const ByName theirs = by_name(elsewhere);
  for (const auto& [name, artefact] : ours) {
    const auto other = theirs.find(name);
    if (other == theirs.end()) return "did not get " + name + ", which was built here";
    if (other->second->sha256 == artefact->sha256) {
      if (other->second->size == artefact->size) continue;
      return "says that " + name + " has " + std::to_string(other->second->size) +
             " bytes, and here it has " + std::to_string(artefact->size);
    }
    return "got " + name + " with SHA-256 " + other->second->sha256.hex() + ", and here it has " +
           artefact->sha256.hex();
  }
  for (const auto& [name, artefact] : theirs) {
    if (!ours.contains(name)) return "got " + name + " too, which was not built here";
  }
  return ours.size() == here.size() ? "" : "got fewer files than were built here";
}

}  // namespace

Sha256Digest outcome_digest(std::span<const BuiltArtefact> artefacts) {
  std::string text;
  for (const auto& [name, artefact] : by_name(artefacts)) {
    text += artefact->sha256.hex() + "  " + name + "\n";
  }
  return sha256(text);
}

bool same_outcome(std::span<const BuiltArtefact> one, std::span<const BuiltArtefact> other) {
  return difference(one, other).empty();
}

std::map<std::string, RebuilderKey> rebuilder_keys(const Policy& policy) {
  std::map<std::string, RebuilderKey> out;
  for (const Rebuilder& rebuilder : policy.rebuilders) {
    for (const std::string& line : rebuilder.keys) {
      const Result<SshPublicKey> key = SshPublicKey::parse(line);
      if (key.ok()) out.emplace(key->fingerprint(), RebuilderKey{*key, rebuilder.name});
    }
  }
  return out;
}

Result<RebuildersWord> rebuilders_word(const State& state, const Policy& policy,
                                       const BuildOutcome& outcome) {
  HALLMARK_TRY(const std::vector<KeptAttestation> said,
               state.attestations(outcome.lock, outcome.target));
  const std::map<std::string, RebuilderKey> keys = rebuilder_keys(policy);
  RebuildersWord word;
  const Sha256Digest outcome_sha256 = outcome_digest(outcome.artefacts);
  std::set<std::string> agreeing;
  std::set<std::string> doubtful;
  for (const KeptAttestation& attestation : said) {
    const auto key = keys.find(attestation.key);
    if (key == keys.end()) continue;
    const std::string& owner = key->second.owner;
    const Saying saying{attestation.statement, owner};
    if (same_outcome(outcome.artefacts, attestation.artefacts)) {
      agreeing.insert(owner);
      // Whom people overruled is no witness for what they overruled.
      HALLMARK_TRY(const bool overruled, state.is_overruled(saying));
      if (overruled) doubtful.insert(owner);
      continue;
    }
    // Who said two things is no witness for either, overruled or not.
    doubtful.insert(owner);
    HALLMARK_TRY(const bool overruled, state.is_overruled_for(saying, outcome_sha256));
    if (!overruled) word.dissents.push_back({owner, attestation});
  }
  for (const std::string& owner : agreeing) {
    (doubtful.contains(owner) ? word.doubted : word.agreeing).push_back(owner);
  }
  return word;
}

std::vector<BuiltArtefact> built_artefacts(const AcceptedBuild& build) {
  std::vector<BuiltArtefact> out;
  for (const AcceptedArtefact& artefact : build.artefacts) {
    if (is_source(artefact.kind)) continue;
    out.push_back({artefact.name, static_cast<uint64_t>(artefact.size), artefact.sha256});
  }
  return out;
}

Evidence raised_evidence(const Policy& policy, const RebuildersWord& word, Evidence alone,
                         bool adopting) {
  const std::size_t count = word.agreeing.size() + (adopting ? word.doubted.size() : 0);
  const bool enough = policy.rebuilders_needed > 0 && count >= policy.rebuilders_needed;
  return enough ? Evidence::kRebuilt : alone;
}

Status nobody_dissents(const RebuildersWord& word, const BuildOutcome& outcome,
                       const std::string& release) {
  if (word.dissents.empty()) return ok_status();
  const RebuildersWord::Dissent& first = word.dissents.front();
  return policy_error(
      release + " for " + outcome.target.directory_name(),
      "was rebuilt by " + first.owner + ", who " +
          difference(outcome.artefacts, first.attestation.artefacts),
      "find out which of the two is right; if it is this one: hallmark allow dissent " + release +
          " " + first.owner + " " + first.attestation.statement.hex() + " --outcome " +
          outcome_digest(outcome.artefacts).hex() + " --reason TEXT");
}

}  // namespace hallmark
