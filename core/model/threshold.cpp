#include "core/model/threshold.hpp"

namespace hallmark {

std::optional<uint64_t> threshold_for(const std::vector<Threshold>& thresholds,
                                      const ApprovedPlace& place) {
  std::optional<uint64_t> needed;
  for (const Threshold* entry : governing(thresholds, place)) {
    needed = std::max(needed.value_or(0), entry->people);
  }
  return needed;
}

Threshold read_threshold(ObjectReader& reader) {
  return {read_place(reader, "people"), reader.unsigned_integer("people")};
}

Json to_json(const Threshold& threshold) {
  Json out = to_json(threshold.place);
  out["people"] = threshold.people;
  return out;
}

void check_thresholds(ObjectReader& reader, const std::vector<Threshold>& thresholds,
                      std::size_t approvers) {
  for (const Threshold& threshold : thresholds) {
    if (threshold.people < 1 || threshold.people > approvers) {
      reader.fail("thresholds", "must be at least 1 and at most the number of approvers");
    }
  }
  check_no_place_twice(reader, "thresholds", thresholds);
}

}  // namespace hallmark
