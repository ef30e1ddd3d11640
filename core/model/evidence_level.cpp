#include "core/model/evidence_level.hpp"

namespace hallmark {

std::optional<Evidence> evidence_for(const std::vector<EvidenceLevel>& levels,
                                     const ApprovedPlace& place) {
  std::optional<Evidence> needed;
  for (const EvidenceLevel* entry : governing(levels, place)) {
    needed = std::max(needed.value_or(Evidence::kPrebuilt), entry->evidence);
  }
  return needed;
}

Evidence read_evidence(ObjectReader& reader) {
  const auto evidence = evidence_from_name(reader.text("evidence"));
  if (!evidence) reader.fail("evidence", "must be prebuilt, built, reproduced or rebuilt");
  return evidence.value_or(Evidence::kReproduced);
}

EvidenceLevel read_evidence_level(ObjectReader& reader) {
  return {read_place(reader, "evidence"), read_evidence(reader)};
}

Json to_json(const EvidenceLevel& level) {
  Json out = to_json(level.place);
  out["evidence"] = evidence_name(level.evidence);
  return out;
}

}  // namespace hallmark
