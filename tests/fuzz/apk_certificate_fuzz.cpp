#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/public_key.hpp"

using hallmark::fuzz::always;

// The input is a signer's certificate, or a public key.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::array<uint8_t, 256> signature{};
  const auto use = [&](std::span<const uint8_t> spki) {
    const auto key = hallmark::PublicKey::parse(spki);
    if (!key.ok()) return;
    always(key->bits() >= 256 && key->bits() <= 16384, "sizes of keys have limits");
    for (const uint32_t id : {0x0101U, hallmark::kRsaPkcs1Sha256, hallmark::kEcdsaSha512}) {
      const auto* algorithm = hallmark::find_signature_algorithm(id);
      always(!key->verify(*algorithm, {data, size}, signature), "zeros are no signature");
    }
  };
  use({data, size});
  const auto certificate = hallmark::parse_certificate({data, size});
  if (!certificate.ok()) return 0;
  always(std::all_of(certificate->subject.begin(), certificate->subject.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e; }),
         "subjects can be shown");
  use(certificate->spki);
  return 0;
}
