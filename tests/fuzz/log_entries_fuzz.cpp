#include "tests/fuzz/fuzz.hpp"
#include "verify/log/tiles.hpp"

using hallmark::fuzz::always;

// The first byte is the number of entries that the bundle is to hold.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::size_t count = std::size_t{data[0]} + 1;
  const std::string_view bundle = hallmark::fuzz::text_of(data + 1, size - 1);
  const auto entries = hallmark::parse_entry_bundle(bundle, count, "bundle");
  if (!entries.ok()) return 0;
  always(entries->size() == count, "a bundle holds as many entries as its name says");
  hallmark::TileWriter writer([&](const std::string& path, std::string_view bytes) {
    if (path.starts_with("tile/entries/")) always(bytes == bundle, "a bundle has one form");
    return hallmark::ok_status();
  });
  for (const std::string_view entry : *entries) always(writer.add(entry).ok(), "an entry fits");
  always(writer.finish().ok(), "a log can be written");
  return 0;
}
