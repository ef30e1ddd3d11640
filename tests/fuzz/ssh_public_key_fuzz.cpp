#include "tests/fuzz/fuzz.hpp"
#include "verify/ssh_public_key.hpp"
#include "verify/ssh_signature.hpp"

using hallmark::fuzz::always;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line = hallmark::fuzz::text_of(data, size);
  const auto key = hallmark::SshPublicKey::parse(line);
  if (!key.ok()) return 0;
  const auto again = hallmark::SshPublicKey::parse(key->openssh());
  always(again.ok() && *again == *key, "a key written is the same key read");
  always(!hallmark::verify_ssh_signature(*key, line, "message").ok(), "noise is no signature");
  return 0;
}
