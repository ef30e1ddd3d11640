#include "tests/fuzz/fuzz.hpp"
#include "verify/archive_release.hpp"

using hallmark::fuzz::always;

// A Release of an archive.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto release = hallmark::parse_release(hallmark::fuzz::text_of(data, size), "Release");
  if (!release.ok()) return 0;
  for (const auto& entry : release->files) {
    always(!entry.first.empty() && entry.first.front() != '/', "paths are relative");
  }
  return 0;
}
