#include "tests/fuzz/fuzz.hpp"
#include "verify/fdroid/entry_jar.hpp"
#include "verify/fdroid/index.hpp"

using hallmark::fuzz::always;

// An F-Droid index, entry.json or entry.jar from anywhere: what is read of an index can be written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  static_cast<void>(hallmark::read_fdroid_entry(text));
  static_cast<void>(hallmark::read_entry_jar({data, size}, hallmark::Sha256Digest()));
  const auto index = hallmark::read_fdroid_index(text);
  if (!index.ok()) return 0;
  const auto again = hallmark::write_fdroid_index({{}, index->timestamp, {}, index->texts});
  always(again.ok(), "what was read can be written");
  const auto other = hallmark::parse_json(*again, "index");
  always(other.ok(), "and is JSON");
  static_cast<void>(hallmark::fdroid_difference(index->json, *other));
  return 0;
}
