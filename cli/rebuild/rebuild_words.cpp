#include "cli/rebuild/rebuild_words.hpp"

#include <algorithm>

namespace hallmark {
namespace {

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEqual:
      return "equal";
    case Verdict::kDifferent:
      return "different";
    case Verdict::kMissing:
      return "missing";
  }
  return "missing";
}

const Comparison* comparison_with(const RebuiltTarget& target, const std::string& artefact) {
  const auto found = std::find_if(target.comparisons.begin(), target.comparisons.end(),
                                  [&](const Comparison& one) { return one.artefact == artefact; });
  return found == target.comparisons.end() ? nullptr : &*found;
}

std::string outcome(const Comparison* comparison) {
  if (comparison == nullptr) return "";
  switch (comparison->verdict) {
    case Verdict::kEqual:
      return "  equal to " + comparison->published;
    case Verdict::kDifferent:
      return "  DIFFERS from " + comparison->published + ": " + comparison->difference;
    case Verdict::kMissing:
      return "  not among what is published";
  }
  return "";
}

Json to_json(const BuiltArtefact& artefact, const Comparison* comparison) {
  Json out{{"name", artefact.name}, {"size", artefact.size}, {"sha256", artefact.sha256.hex()}};
  if (comparison == nullptr) return out;
  out["published"] = verdict_name(comparison->verdict);
  if (!comparison->published.empty()) out["published_file"] = comparison->published;
  if (!comparison->difference.empty()) out["difference"] = comparison->difference;
  return out;
}

Json to_json(const RebuiltTarget& target) {
  Json artefacts = Json::array();
  for (const BuiltArtefact& artefact : target.record.artefacts) {
    artefacts.push_back(to_json(artefact, comparison_with(target, artefact.name)));
  }
  Json out{{"target", to_json(target.record.target)},
           {"evidence", evidence_name(target.record.evidence)},
           {"artefacts", artefacts}};
  if (!target.attestation.empty()) out["attestation"] = target.attestation;
  return out;
}

template <typename Visit>
void each_comparison(const Rebuild& rebuild, const Visit& visit) {
  for (const RebuiltTarget& target : rebuild.targets) {
    for (const Comparison& comparison : target.comparisons) visit(comparison);
  }
}

}  // namespace

Json to_json(const Rebuild& rebuild) {
  Json targets = Json::array();
  for (const RebuiltTarget& target : rebuild.targets) targets.push_back(to_json(target));
  Json left_out = Json::array();
  for (const Target& target : rebuild.left_out) left_out.push_back(to_json(target));
  return Json{{"product", rebuild.lock.product},
              {"version", rebuild.lock.version},
              {"lock_sha256", rebuild.lock_sha256.hex()},
              {"targets", targets},
              {"left_out", left_out},
              {"links", rebuild.links}};
}

std::string rebuild_text(const Rebuild& rebuild) {
  std::string out;
  for (const RebuiltTarget& target : rebuild.targets) {
    out += rebuild.lock.product + " " + rebuild.lock.version + ", " +
           target.record.target.directory_name() + ":\n";
    for (const BuiltArtefact& artefact : target.record.artefacts) {
      out += "  " + artefact.sha256.hex() + "  " + artefact.name +
             outcome(comparison_with(target, artefact.name)) + "\n";
    }
    if (!target.attestation.empty()) out += "  attested: " + target.attestation + "\n";
  }
  if (rebuild.links > 0) {
    out += std::to_string(rebuild.links) + " link(s) for apt-transport-in-toto: sources/\n";
  }
  for (const Target& target : rebuild.left_out) {
    out += "left out, for a machine of another architecture: " + target.directory_name() + "\n";
  }
  return out;
}

Status rebuild_verdict(const Rebuild& rebuild) {
  const Comparison* different = nullptr;
  std::size_t compared = 0;
  each_comparison(rebuild, [&](const Comparison& one) {
    if (one.verdict != Verdict::kMissing) ++compared;
    if (one.verdict == Verdict::kDifferent && different == nullptr) different = &one;
  });
  if (different != nullptr) {
    return verification_error(
        different->artefact,
        "is published with other bytes than this lock gives: " + different->difference,
        "diffoscope shows all that differs; whoever published it should be asked");
  }
  if (compared > 0 || rebuild.compared_with.empty()) return ok_status();
  return failed(rebuild.compared_with, "has none of the files that were built",
                "a folder with the published files somewhere below, or one of them");
}

}  // namespace hallmark
