#include "cli/rebuild/rebuild_words.hpp"

#include <algorithm>

#include "cli/review/change.hpp"

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
      return one_line("  equal to " + comparison->published);
    case Verdict::kDifferent:
      return one_line("  DIFFERS from " + comparison->published + ": " + comparison->difference);
    case Verdict::kMissing:
      return "  NOT AMONG what is published";
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

// Paths, names and differences are others' words: each stays in its line.
std::string log_text(const Rebuild& rebuild) {
  std::string out;
  for (const Comparison& one : rebuild.unexpected) {
    out += one_line(one.artefact + outcome(&one)) + "\n";
  }
  for (const std::string& words : rebuild.not_compared) {
    out += one_line("not compared: " + words) + "\n";
  }
  for (const std::string& lock : rebuild.other_locks) {
    out += one_line("ANOTHER LOCK of this version was accepted, too: SHA-256 " + lock) + "\n";
  }
  return out;
}

Json unexpected_to_json(const Rebuild& rebuild) {
  Json out = Json::array();
  for (const Comparison& one : rebuild.unexpected) {
    out.push_back(Json{{"name", one.artefact}, {"difference", one.difference}});
  }
  return out;
}

template <typename Visit>
void each_comparison(const Rebuild& rebuild, const Visit& visit) {
  for (const Comparison& comparison : rebuild.unexpected) visit(comparison);
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
              {"unexpected", unexpected_to_json(rebuild)},
              {"not_compared", rebuild.not_compared},
              {"other_locks", rebuild.other_locks},
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
  out += log_text(rebuild);
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
        one_line(different->artefact),
        one_line("is published with other bytes than this lock gives: " + different->difference),
        "diffoscope shows all that differs; whoever published it should be asked");
  }
  if (compared > 0 || rebuild.compared_with.empty()) return ok_status();
  return failed(rebuild.compared_with, "has none of the files that were built",
                "a folder with the published files somewhere below, or one of them");
}

}  // namespace hallmark
