#include "publisher/transfer/host_lock.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What a package host has as the lock's holder.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto holder = hallmark::parse_holder(hallmark::fuzz::text_of(data, size), "lock");
  if (!holder.ok()) return 0;
  const auto again = hallmark::parse_holder(hallmark::render_holder(*holder), "lock");
  always(again.ok() && *again == *holder, "what was read is written as it was");
  always(hallmark::describe(*holder).size() < 1000, "a description is short");
  return 0;
}
