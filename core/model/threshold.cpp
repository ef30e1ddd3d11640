#include "core/model/threshold.hpp"

#include <algorithm>
#include <set>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// What a threshold names, as bits.
unsigned named_by(const Threshold& threshold) {
  return (threshold.product.empty() ? 0U : 1U) | (threshold.suite.empty() ? 0U : 2U) |
         (threshold.component.empty() ? 0U : 4U);
}

bool fits(const std::string& name, std::string_view what) { return name.empty() || name == what; }

}  // namespace

std::optional<uint64_t> threshold_for(const std::vector<Threshold>& thresholds,
                                      const ApprovedPlace& place) {
  std::vector<const Threshold*> fitting;
  for (const Threshold& entry : thresholds) {
    if (fits(entry.product, place.product) && fits(entry.suite, place.suite) &&
        fits(entry.component, place.component)) {
      fitting.push_back(&entry);
    }
  }
  std::optional<uint64_t> needed;
  for (const Threshold* entry : fitting) {
    const unsigned named = named_by(*entry);
    const bool gives_way =
        std::any_of(fitting.begin(), fitting.end(), [named](const Threshold* other) {
          return named_by(*other) != named && (named_by(*other) & named) == named;
        });
    if (!gives_way) needed = std::max(needed.value_or(0), entry->people);
  }
  return needed;
}

Threshold read_threshold(ObjectReader& reader) {
  const auto name_or_any = [&reader](const char* key) {
    std::string name = reader.text_or(key, "");
    if (!name.empty() && !is_plain_name(name)) reader.fail(key, "must be a plain name");
    return name;
  };
  Threshold threshold{name_or_any("product"), name_or_any("suite"), name_or_any("component"),
                      reader.unsigned_integer("people")};
  if (threshold.product.empty() && threshold.suite.empty() && threshold.component.empty()) {
    reader.fail("people", "is of nothing: name a product, a suite or a component");
  }
  return threshold;
}

Json to_json(const Threshold& threshold) {
  Json out = {{"people", threshold.people}};
  if (!threshold.product.empty()) out["product"] = threshold.product;
  if (!threshold.suite.empty()) out["suite"] = threshold.suite;
  if (!threshold.component.empty()) out["component"] = threshold.component;
  return out;
}

void check_thresholds(ObjectReader& reader, const std::vector<Threshold>& thresholds,
                      std::size_t approvers) {
  std::set<std::string> seen;
  for (const Threshold& threshold : thresholds) {
    if (threshold.people < 1 || threshold.people > approvers) {
      reader.fail("thresholds", "must be at least 1 and at most the number of approvers");
    }
    if (!seen.insert(threshold.product + "/" + threshold.suite + "/" + threshold.component)
             .second) {
      reader.fail("thresholds", "names the same twice");
    }
  }
}

}  // namespace hallmark
