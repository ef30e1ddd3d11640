// What an entry of policy.json's "thresholds" or "evidence_levels" is about: some product, suite or
// component, or several of these.
//
// Of the entries that fit, one gives way to another that names all it names and more. What is left
// governs: two that have nothing to do with each other both do.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

// An empty name is any; at least one is not.
struct PlacePattern {
  std::string product;
  std::string suite;
  std::string component;

  // What is named, as bits.
  unsigned named() const;
};

struct ApprovedPlace {
  std::string_view product;
  std::string_view suite;
  std::string_view component;
};
bool fits(const PlacePattern& pattern, const ApprovedPlace& place);

// Of entries that have a `place`, those that govern.
template <typename Entry>
std::vector<const Entry*> governing(const std::vector<Entry>& entries, const ApprovedPlace& place) {
  std::vector<const Entry*> fitting;
  for (const Entry& entry : entries) {
    if (fits(entry.place, place)) fitting.push_back(&entry);
  }
  std::vector<const Entry*> out;
  for (const Entry* entry : fitting) {
    const unsigned named = entry->place.named();
    const bool gives_way = std::any_of(fitting.begin(), fitting.end(), [named](const Entry* other) {
      return other->place.named() != named && (other->place.named() & named) == named;
    });
    if (!gives_way) out.push_back(entry);
  }
  return out;
}

// Its keys among the others of an entry; `key` is what an error about it is of.
PlacePattern read_place(ObjectReader& reader, const std::string& key);
Json to_json(const PlacePattern& pattern);

// No two entries are about the same. Errors are recorded about `key`, which holds them.
template <typename Entry>
void check_no_place_twice(ObjectReader& reader, const std::string& key,
                          const std::vector<Entry>& entries) {
  std::set<std::string> seen;
  for (const Entry& entry : entries) {
    if (!seen.insert(to_json(entry.place).dump()).second) reader.fail(key, "names the same twice");
  }
}

}  // namespace hallmark
