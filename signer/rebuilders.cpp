#include "signer/rebuilders.hpp"

#include <algorithm>

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
    if (other->second->sha256 == artefact->sha256) continue;
    return "got " + name + " with SHA-256 " + other->second->sha256.hex() + ", and here it has " +
           artefact->sha256.hex();
  }
  for (const auto& [name, artefact] : theirs) {
    if (!ours.contains(name)) return "got " + name + " too, which was not built here";
  }
  return ours.size() == here.size() ? "" : "got fewer files than were built here";
}

}  // namespace

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
  std::set<std::string> agreeing;
  std::set<std::string> differing;
  for (const KeptAttestation& attestation : said) {
    const auto key = keys.find(attestation.key);
    if (key == keys.end()) continue;
    const std::string& owner = key->second.owner;
    if (same_outcome(outcome.artefacts, attestation.artefacts)) {
      agreeing.insert(owner);
      continue;
    }
    // Who said two things is no witness for either, overruled or not.
    differing.insert(owner);
    HALLMARK_TRY(const bool overruled, state.is_overruled(attestation.statement, owner));
    if (!overruled) word.dissents.push_back({owner, attestation});
  }
  std::set_difference(agreeing.begin(), agreeing.end(), differing.begin(), differing.end(),
                      std::back_inserter(word.agreeing));
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

Evidence raised_evidence(const Policy& policy, const RebuildersWord& word, Evidence alone) {
  const bool enough =
      policy.rebuilders_needed > 0 && word.agreeing.size() >= policy.rebuilders_needed;
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
          " " + first.owner + " " + first.attestation.statement.hex() + " --reason TEXT");
}

}  // namespace hallmark
