#include "core/debian_version.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::compare_debian_versions;
using hallmark::fuzz::always;

// Three versions, one a line: their order is an order.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = hallmark::fuzz::text_of(data, size);
  std::string_view versions[3];
  for (std::string_view& version : versions) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    version = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!hallmark::is_debian_version(version)) return 0;
  }
  const auto [a, b, c] = versions;
  always(compare_debian_versions(a, a) == 0, "a version is equivalent to itself");
  always((compare_debian_versions(a, b) < 0) == (compare_debian_versions(b, a) > 0),
         "antisymmetry");
  if (compare_debian_versions(a, b) <= 0 && compare_debian_versions(b, c) <= 0) {
    always(compare_debian_versions(a, c) <= 0, "transitivity");
  }
  return 0;
}
