#include "signer/index_check.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// The input is a compressed index; the plain one is always the same text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto compressed = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto plain = hallmark::fuzz::memory_file("Package: a\nVersion: 1\n\n");
  const auto other = hallmark::fuzz::memory_file("Package: b\nVersion: 1\n\n");
  for (const char* name : {"Packages.gz", "Packages.xz"}) {
    const bool is_plain = hallmark::check_compressed_form(compressed.get(), plain.get(), name).ok();
    const bool is_other = hallmark::check_compressed_form(compressed.get(), other.get(), name).ok();
    always(!(is_plain && is_other), "a form says one thing");
  }
  return 0;
}
