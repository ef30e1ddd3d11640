#include "core/model/record.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A record, as the builder wrote it: what is accepted can be written and read again, to the same
// bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = hallmark::parse_record(hallmark::fuzz::text_of(data, size), "build record");
  if (!read.ok()) return 0;
  const auto text = hallmark::canonical_dump(hallmark::to_json(*read));
  always(text.ok(), "a build record can be written");
  const auto again = hallmark::parse_record(*text, "build record");
  always(again.ok(), "what was written can be read");
  always(*hallmark::canonical_dump(hallmark::to_json(*again)) == *text, "and is the same");
  return 0;
}
