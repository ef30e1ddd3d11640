#include "core/json.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What was read and can be written reads the same, and writes the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = hallmark::parse_json(hallmark::fuzz::text_of(data, size), "input");
  if (!value.ok()) return 0;
  const auto written = hallmark::canonical_dump(*value);
  if (!written.ok()) return 0;
  const auto again = hallmark::parse_json(*written, "written");
  always(again.ok(), "what is written can be read");
  const auto rewritten = hallmark::canonical_dump(*again);
  always(rewritten.ok() && *rewritten == *written, "and is written the same again");
  return 0;
}
