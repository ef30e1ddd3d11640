#include "signer/ssh_agent.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// An agent's answer, without the length before it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view answer = hallmark::fuzz::text_of(data, size);
  const auto keys = hallmark::parse_ssh_identities(answer);
  const auto signature = hallmark::parse_ssh_signature(answer);
  always(!keys.ok() || !signature.ok(), "an answer is of one kind");
  if (signature.ok()) always(signature->size() + 5 == size, "a signature is all of its answer");
  return 0;
}
