#include "core/sexp.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What gpg-agent answers to PKSIGN. The first byte chooses the size of an RSA key's modulus (0:
// EC).
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::size_t rsa_size = data[0];
  const auto signature =
      hallmark::signature_from_sexp(hallmark::fuzz::text_of(data + 1, size - 1), rsa_size);
  if (!signature.ok()) return 0;
  always(!signature->empty(), "a signature is not empty");
  if (rsa_size != 0)
    always(signature->size() == rsa_size, "an RSA signature is as long as its key");
  return 0;
}
