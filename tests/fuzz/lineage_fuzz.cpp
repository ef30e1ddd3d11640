#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/lineage.hpp"

using hallmark::fuzz::always;

namespace {

void check(const hallmark::Lineage& lineage) {
  always(!lineage.nodes.empty() && lineage.nodes.size() <= hallmark::kMaxLineageNodes,
         "a lineage has nodes, and not too many");
  for (const auto& node : lineage.nodes) {
    static_cast<void>(hallmark::lineage_capability_names(node.capabilities));
  }
}

}  // namespace

// The input is a lineage, as an attribute or as a file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> bytes(data, size);
  const auto lineage = hallmark::parse_lineage(bytes);
  if (lineage.ok()) {
    check(*lineage);
    const auto again = hallmark::encode_lineage(*lineage);
    always(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()),
           "a lineage has one form");
  }
  const auto file = hallmark::parse_lineage_file(bytes);
  if (file.ok()) check(*file);
  return 0;
}
