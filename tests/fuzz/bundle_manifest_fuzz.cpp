#include "core/model/bundle.hpp"
#include "tests/fuzz/round_trip.hpp"

// A manifest from anywhere.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return hallmark::fuzz::round_trip(hallmark::parse_bundle_manifest, data, size);
}
