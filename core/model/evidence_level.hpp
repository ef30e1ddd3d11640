// policy.json's "evidence_levels": how well it must be known what some product, suite or component
// holds. Of the entries that govern (core/model/place.hpp) the highest counts.
#pragma once

#include <optional>
#include <vector>

#include "core/model/evidence.hpp"
#include "core/model/place.hpp"

namespace hallmark {

struct EvidenceLevel {
  PlacePattern place;
  Evidence evidence = Evidence::kReproduced;
};

// nullopt: no entry fits.
std::optional<Evidence> evidence_for(const std::vector<EvidenceLevel>& levels,
                                     const ApprovedPlace& place);

// The value of "evidence".
Evidence read_evidence(ObjectReader& reader);
EvidenceLevel read_evidence_level(ObjectReader& reader);
Json to_json(const EvidenceLevel& level);

}  // namespace hallmark
