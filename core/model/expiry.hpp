// policy.json: for how long package hosts keep what no Release names any longer.
#pragma once

#include <cstdint>

#include "core/json.hpp"

namespace hallmark {

// Kept is what either asks for.
struct ExpiryPolicy {
  uint64_t keep_generations = 3;  // different sets of indices of a suite, the one in force included
  int64_t keep_days = 14;         // since the file was last named
};

// "expiry", if it is there; else `otherwise`.
ExpiryPolicy read_expiry(ObjectReader& reader, const ExpiryPolicy& otherwise);
Json to_json(const ExpiryPolicy& expiry);

}  // namespace hallmark
