#include "tests/fuzz/fuzz.hpp"
#include "verify/openpgp_status.hpp"

using hallmark::fuzz::always;

// gpgv's report, in which names and notations come from the signature.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view status = hallmark::fuzz::text_of(data, size);
  for (const auto keys :
       {hallmark::ExpiredKeys::kRefuse, hallmark::ExpiredKeys::kAcceptEarlierSignatures}) {
    const auto signatures =
        hallmark::parse_gpgv_status(status, "message", hallmark::SignedForm::kText, keys);
    const auto strict =
        hallmark::parse_gpgv_status(status, "message", hallmark::SignedForm::kBytes, keys);
    always(signatures.ok() || !strict.ok(), "what is good over bytes is good over text");
    if (!signatures.ok()) continue;
    always(!signatures->empty(), "good means that there is a signature");
    always(status.find("\n[GNUPG:] BADSIG ") == std::string_view::npos,
           "a bad signature refuses everything");
    for (const auto& signature : *signatures) {
      always(signature.fingerprint.size() == 40, "a fingerprint is whole");
    }
  }
  return 0;
}
