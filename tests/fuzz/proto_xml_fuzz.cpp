#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/proto_xml.hpp"

using hallmark::fuzz::always;

namespace {

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

}  // namespace

// The input is a manifest in protobuf form, as in an app bundle.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto xml = hallmark::parse_proto_xml({data, size});
  if (!xml.ok()) return 0;
  always(!xml->elements.empty(), "a document has a root");
  for (const auto& element : xml->elements) {
    always(element.name < xml->strings.size(), "names are strings of the pool");
    always(element.depth >= 1 && element.depth <= 100, "levels have a limit");
    for (const auto& attribute : element.attributes) {
      always(attribute.name < xml->strings.size(), "attributes have names");
      always(attribute.type != hallmark::kXmlTypeString || attribute.data < xml->strings.size(),
             "texts are strings of the pool");
    }
  }
  const auto manifest = hallmark::manifest_facts(*xml);
  if (manifest.ok()) {
    always(!manifest->package.empty() && is_printable(manifest->package), "packages have names");
    always(is_printable(manifest->version_name), "versions can be shown");
  }
  return 0;
}
