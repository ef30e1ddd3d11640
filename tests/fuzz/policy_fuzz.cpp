#include "core/model/policy.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A policy, as `policy change` hands it in: what is accepted can be written and read again, to the
// same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = hallmark::parse_policy(hallmark::fuzz::text_of(data, size), "policy");
  if (!read.ok()) return 0;
  const auto text = hallmark::canonical_dump(hallmark::to_json(*read));
  always(text.ok(), "a policy can be written");
  const auto again = hallmark::parse_policy(*text, "policy");
  always(again.ok(), "what was written can be read");
  always(*hallmark::canonical_dump(hallmark::to_json(*again)) == *text, "and is the same");
  return 0;
}
