#include "core/model/policy.hpp"
#include "tests/fuzz/round_trip.hpp"

// A policy, as `policy change` hands it in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return hallmark::fuzz::round_trip(hallmark::parse_policy, data, size);
}
