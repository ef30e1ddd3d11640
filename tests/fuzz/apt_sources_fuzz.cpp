#include "reproducible/apt_sources.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A file of apt sources, in both forms.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  for (const auto& sources :
       {hallmark::parse_one_line_sources(text), hallmark::parse_deb822_sources(text)}) {
    for (const auto& source : sources) {
      always(!source.components.empty() && !source.suite.empty(), "an entry is whole");
      for (const auto& keyring : source.keyrings) always(keyring.front() == '/', "absolute");
    }
  }
  return 0;
}
