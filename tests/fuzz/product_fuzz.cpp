#include "core/model/product.hpp"
#include "core/safe_path.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A product file from the releases repository: its names can stand in paths, and a version's tag is
// made from it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto product = hallmark::parse_product(hallmark::fuzz::text_of(data, size), "product");
  if (!product.ok()) return 0;
  always(hallmark::is_plain_name(product->name), "a product has a plain name");
  for (const hallmark::Target& target : product->targets) {
    always(hallmark::is_plain_name(target.suite), "so has a suite");
    always(hallmark::is_plain_name(target.component), "so has a component");
  }
  static_cast<void>(product->tag_for("1.0-1"));
  return 0;
}
