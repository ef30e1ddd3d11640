#include <string>

#include "core/bytes.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/attestation.hpp"

using hallmark::fuzz::always;

// The input is an envelope, or the statement in one, so that a mutation reaches the fields.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  const auto record = hallmark::read_attestation_statement(text, "statement");
  if (record.ok()) {
    always(hallmark::attestation_statement(*record) == text, "a statement has one form");
    always(!record->artefacts.empty(), "a statement is about something");
  }
  const auto attestation = hallmark::read_attestation(text, "envelope");
  if (!attestation.ok()) return 0;
  const std::string statement = hallmark::attestation_statement(attestation->record);
  always(hallmark::pre_authentication(statement) == attestation->signed_bytes,
         "what was signed is what was read");
  const auto again = hallmark::attestation_envelope(statement, attestation->signature);
  always(again.ok() && *again == text, "an envelope has one form");
  (void)hallmark::verify_attestation(*attestation, {attestation->claimed_key}, "envelope");
  return 0;
}
