#include "core/model/lock.hpp"
#include "tests/fuzz/round_trip.hpp"

// A lock from anywhere.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return hallmark::fuzz::round_trip(hallmark::parse_lock, data, size);
}
