// For parsers of files that are written again: what is accepted can be written and read again, to
// the same bytes.
#pragma once

#include "core/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace hallmark::fuzz {

template <typename Parse>
int round_trip(const Parse& parse, const uint8_t* data, size_t size) {
  const auto read = parse(text_of(data, size), "input");
  if (!read.ok()) return 0;
  const auto text = canonical_dump(to_json(*read));
  always(text.ok(), "what was read can be written");
  const auto again = parse(*text, "output");
  always(again.ok(), "what was written can be read");
  always(*canonical_dump(to_json(*again)) == *text, "and is the same");
  return 0;
}

}  // namespace hallmark::fuzz
