#include "cli/sample_product.hpp"

namespace hallmark {

std::string sample_product(const std::string& suite, const std::string& component,
                           const std::string& architecture) {
  return R"(// A sample product: Debian's own `hostname`, rebuilt here and published in our repository.
//   hallmark pin hostname VERSION      (the version in the apt sources: apt-cache showsrc hostname)
//   hallmark approve hostname VERSION --key FILE
//   hallmark release hostname VERSION
{
  "format": "hallmark-product-v1",
  "name": "hostname",
  // Where the source comes from: a Debian source package, found by apt, signed by a Debian developer.
  "origin": {"kind": "dsc", "package": "hostname"},
  // What it is built in: a Debian suite with the source's build-dependencies, and "packages" on top.
  "environments": [{"name": "bookworm", "suite": "bookworm", "packages": []}],
  // Where it goes: suite and component of our repository.
  "targets": [
    {"suite": ")" +
         suite + R"(", "component": ")" + component + R"(", "architecture": ")" + architecture +
         R"(", "environment": "bookworm"}
  ],
  // The binary packages that it may bring into a suite; the signer accepts no other from this product.
  "recipe": {"kind": "deb", "packages": ["hostname"]},
  // Built twice under varied conditions and bit for bit equal, or it is not signed.
  "evidence": "reproduced"
}
)";
}

}  // namespace hallmark
