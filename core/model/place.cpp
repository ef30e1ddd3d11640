#include "core/model/place.hpp"

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

bool is_any_or(const std::string& name, std::string_view what) {
  return name.empty() || name == what;
}

}  // namespace

unsigned PlacePattern::named() const {
  return (product.empty() ? 0U : 1U) | (suite.empty() ? 0U : 2U) | (component.empty() ? 0U : 4U);
}

bool fits(const PlacePattern& pattern, const ApprovedPlace& place) {
  return is_any_or(pattern.product, place.product) && is_any_or(pattern.suite, place.suite) &&
         is_any_or(pattern.component, place.component);
}

PlacePattern read_place(ObjectReader& reader, const std::string& key) {
  const auto name_or_any = [&reader](const char* name_key) {
    std::string name = reader.text_or(name_key, "");
    if (reader.has(name_key) && !is_plain_name(name)) reader.fail(name_key, "must be a plain name");
    return name;
  };
  PlacePattern pattern{name_or_any("product"), name_or_any("suite"), name_or_any("component")};
  if (pattern.named() == 0) {
    reader.fail(key, "is of nothing: name a product, a suite or a component");
  }
  return pattern;
}

Json to_json(const PlacePattern& pattern) {
  Json out = Json::object();
  if (!pattern.product.empty()) out["product"] = pattern.product;
  if (!pattern.suite.empty()) out["suite"] = pattern.suite;
  if (!pattern.component.empty()) out["component"] = pattern.component;
  return out;
}

}  // namespace hallmark
