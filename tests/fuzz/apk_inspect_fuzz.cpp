#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/inspect.hpp"

using hallmark::fuzz::always;

// The input is a whole APK, or an app bundle.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto found = hallmark::inspect_apk(file.get(), "fuzz");
  if (!found.ok()) {
    always(found.error().kind == hallmark::ErrorKind::kVerification,
           "what cannot be read is refused");
    return 0;
  }
  always(found->zip.entries == found->zip.stored + found->zip.deflated, "entries have a method");
  always(found->manifest || !found->problems.empty(), "what is missing is a problem");
  const std::string text = hallmark::to_json(*found).dump();  // throws at what is not UTF-8
  // Permissions of a manifest of 4 MiB, and subjects of certificates that fit into a block.
  always(text.size() < (std::size_t{1} << 25U), "the answer has a limit");
  return 0;
}
