#include "tests/fuzz/fuzz.hpp"
#include "verify/changes_file.hpp"

using hallmark::fuzz::always;

// A .changes. The files that it names are in its own folder.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto changes = hallmark::parse_changes(hallmark::fuzz::text_of(data, size), "fuzz");
  if (!changes.ok()) return 0;
  always(!changes->files.empty(), "names a file");
  for (const auto& file : changes->files) {
    always(file.name.find('/') == std::string::npos && file.name != "..", "in its folder");
  }
  return 0;
}
