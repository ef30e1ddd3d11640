#include "core/model/record.hpp"
#include "tests/fuzz/round_trip.hpp"

// A build record, as the builder wrote it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return hallmark::fuzz::round_trip(hallmark::parse_record, data, size);
}
