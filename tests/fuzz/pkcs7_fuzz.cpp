#include "core/bytes.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/jar_block.hpp"
#include "verify/apk/pkcs7.hpp"

using hallmark::fuzz::always;

// The input is a signature block. The signatures in the corpus are over kText.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kText = "Signature-Version: 1.0\r\n\r\n";
  const std::span<const uint8_t> input(data, size);
  const auto inside = [&](std::span<const uint8_t> part) {
    return part.empty() || (part.data() >= data && part.data() + part.size() <= data + size);
  };
  const auto names = hallmark::certificate_names(input);
  if (names) always(inside(names->issuer) && inside(names->serial), "names are in the input");

  const auto block = hallmark::parse_pkcs7_block(input);
  const auto signer = hallmark::judge_jar_block(input, hallmark::as_bytes(kText), {18, 99});
  if (!block.ok()) {
    always(!signer.ok(), "what cannot be read is not good");
    return 0;
  }
  always(inside(block->signature) && inside(block->signer_certificate), "parts are in the input");
  always(!signer.ok() || !block->signer_certificate.empty(), "a good signer has a certificate");
  always(!signer.ok() || signer->facts.scheme == "v1", "a good signer has facts");
  return 0;
}
