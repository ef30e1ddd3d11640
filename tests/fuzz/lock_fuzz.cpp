#include "core/model/lock.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A lock from anywhere: what is accepted can be written and read again, to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto lock = hallmark::parse_lock(hallmark::fuzz::text_of(data, size), "lock");
  if (!lock.ok()) return 0;
  const auto text = hallmark::canonical_dump(hallmark::to_json(*lock));
  always(text.ok(), "a lock can be written");
  const auto again = hallmark::parse_lock(*text, "lock");
  always(again.ok(), "what was written can be read");
  always(*hallmark::canonical_dump(hallmark::to_json(*again)) == *text, "and is the same");
  return 0;
}
