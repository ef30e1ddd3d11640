#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/binary_xml.hpp"
#include "verify/apk/manifest.hpp"

using hallmark::fuzz::always;

namespace {

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

}  // namespace

// The input is a manifest in binary XML.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto xml = hallmark::parse_binary_xml({data, size});
  const auto manifest = hallmark::parse_apk_manifest({data, size});
  if (!xml.ok()) {
    always(!manifest.ok(), "a manifest is binary XML");
    return 0;
  }
  for (const auto& element : xml->elements) {
    always(element.name < xml->strings.size(), "names are strings of the pool");
    always(element.depth >= 1 && element.depth <= 100, "levels have a limit");
  }
  if (manifest.ok()) {
    always(!manifest->package.empty() && is_printable(manifest->package), "packages have names");
    always(is_printable(manifest->version_name), "versions can be shown");
    always(is_printable(manifest->split), "splits can be shown");
    always(manifest->permissions.size() <= 4096, "permissions have a limit");
    for (const auto& permission : manifest->permissions) {
      always(is_printable(permission.name) && permission.name.size() <= 1024,
             "permissions can be shown");
    }
  }
  return 0;
}
