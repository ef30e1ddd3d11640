// policy.json's "thresholds": how many people must approve of what is in some product, suite or
// component. Of the entries that govern (core/model/place.hpp) the highest counts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/model/place.hpp"

namespace hallmark {

struct Threshold {
  PlacePattern place;
  uint64_t people = 0;
};

// nullopt: no entry fits.
std::optional<uint64_t> threshold_for(const std::vector<Threshold>& thresholds,
                                      const ApprovedPlace& place);

Threshold read_threshold(ObjectReader& reader);
Json to_json(const Threshold& threshold);
// None asks for more people than there are, and no two name the same. Errors are recorded in the
// reader of the object that holds "thresholds".
void check_thresholds(ObjectReader& reader, const std::vector<Threshold>& thresholds,
                      std::size_t approvers);

}  // namespace hallmark
