#include <string>

#include "core/deb822.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What was read, written again, reads the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto paragraphs = hallmark::parse_deb822(hallmark::fuzz::text_of(data, size), "input");
  if (!paragraphs.ok()) return 0;
  std::string written;
  for (const auto& paragraph : *paragraphs) {
    for (const auto& [name, value] : paragraph.fields) {
      written += hallmark::deb822_field(name, value);
    }
    written += '\n';
  }
  const auto again = hallmark::parse_deb822(written, "written");
  always(again.ok() && again->size() == paragraphs->size(), "as many paragraphs");
  for (std::size_t i = 0; i < again->size(); ++i) {
    always((*again)[i].fields == (*paragraphs)[i].fields, "equal fields");
  }
  return 0;
}
