#include <span>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/scheme_verify.hpp"

using hallmark::SignatureScheme;
using hallmark::fuzz::always;

namespace {

void fuzz_scheme(SignatureScheme scheme, std::span<const uint8_t> bytes) {
  // As if the signature over it had been good: a signer may sign nonsense.
  const auto signed_data = hallmark::parse_signed_data(scheme, bytes);
  if (signed_data.ok()) always(signed_data->digests.size() <= 64, "lists have limits");

  const auto signers = hallmark::parse_scheme_signers(scheme, bytes);
  if (!signers.ok()) return;
  always(!signers->empty() && signers->size() <= 10, "1 to 10 signers");
  for (const auto& signer : *signers) {
    // The outcome does not matter here: it must read nothing that is not there.
    static_cast<void>(hallmark::parse_signed_data(scheme, signer.signed_data).ok());
  }
  std::vector<hallmark::ApkFinding> warnings;
  hallmark::SchemeContext context;
  context.scheme = scheme;
  context.devices = {28, hallmark::kNoMaximumSdk};
  context.v3_present = true;
  const auto judged = hallmark::judge_scheme(context, bytes, warnings);
  if (!judged.ok()) return;
  for (const auto& signer : *judged) {
    always(!signer.claimed_digests.empty(), "a good signer vouches for some digest");
  }
}

}  // namespace

// The input is the value of a v2, v3 or v3.1 pair in the signing block, or one signer's signed
// data.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz_scheme(SignatureScheme::kV2, {data, size});
  fuzz_scheme(SignatureScheme::kV3, {data, size});
  fuzz_scheme(SignatureScheme::kV31, {data, size});
  return 0;
}
