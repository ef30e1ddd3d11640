#include "core/model/import_manifest.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A manifest from anywhere: what is accepted can be written and read again, to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto manifest =
      hallmark::parse_import_manifest(hallmark::fuzz::text_of(data, size), "manifest");
  if (!manifest.ok()) return 0;
  const auto text = hallmark::canonical_dump(hallmark::to_json(*manifest));
  always(text.ok(), "a manifest can be written");
  const auto again = hallmark::parse_import_manifest(*text, "manifest");
  always(again.ok(), "what was written can be read");
  always(*hallmark::canonical_dump(hallmark::to_json(*again)) == *text, "and is the same");
  return 0;
}
