#include "signer/openpgp_signature.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What gpg-agent answers to PKSIGN, for OpenPGP. The first byte chooses the key's kind.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  hallmark::OpenPgpSubkey key;
  key.fingerprint = std::string(40, 'A');
  constexpr const char* kKinds[] = {"rsa4096", "nistp256", "ed25519"};
  key.algorithm = kKinds[data[0] % 3];
  const auto started = hallmark::start_signature(hallmark::OpenPgpForm::kDetached, "text", key, 1);
  always(started.ok(), "such keys sign");
  const auto packet =
      hallmark::finish_signature(*started, hallmark::fuzz::text_of(data + 1, size - 1));
  if (packet.ok()) always(packet->size() < 4096, "a packet is not longer than its numbers");
  return 0;
}
