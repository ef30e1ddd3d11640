#include "tests/fuzz/fuzz.hpp"
#include "verify/openpgp.hpp"

// A keyring file in whatever form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto packets = hallmark::dearmor_keyring(hallmark::fuzz::text_of(data, size), "keyring");
  if (packets.ok()) hallmark::fuzz::always(!packets->empty(), "a keyring is not empty");
  return 0;
}
