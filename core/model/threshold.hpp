// policy.json's "thresholds": how many people must approve of what is in some product, suite or
// component.
//
// Of the entries that fit, one gives way to another that names all it names and more. Of what is
// left the highest counts: two that have nothing to do with each other both hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

// An empty name is any; at least one is not.
struct Threshold {
  std::string product;
  std::string suite;
  std::string component;
  uint64_t people = 0;
};

struct ApprovedPlace {
  std::string_view product;
  std::string_view suite;
  std::string_view component;
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
