#include "tests/fuzz/fuzz.hpp"
#include "verify/archive_index.hpp"

using hallmark::fuzz::always;

// An index, as plain text and as each compressed form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = hallmark::fuzz::text_of(data, size);
  for (const char* path : {"Packages", "Packages.gz", "Packages.xz"}) {
    const auto text = hallmark::decompress_index(bytes, path);
    if (!text.ok()) continue;
    static_cast<void>(
        hallmark::read_packages(*text, path, [](const hallmark::IndexPackage& package) {
          always(!package.filename.empty() && package.filename.front() != '/', "relative");
        }));
  }
  return 0;
}
