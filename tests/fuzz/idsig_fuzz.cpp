#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/idsig.hpp"
#include "verify/apk/idsig_verify.hpp"

using hallmark::fuzz::always;

// The input is an .idsig file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto fd = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto file = hallmark::FileBytes::open(fd.get());
  always(file.ok(), "a memory file can be read");
  const auto idsig = hallmark::parse_idsig(*file);
  if (!idsig.ok()) return 0;
  always(idsig->tree_offset + idsig->tree_size == size, "the tree ends the file");
  const auto again = hallmark::encode_idsig_header(idsig->header, idsig->tree_size);
  always(idsig->tree_size == 0 || again.size() == idsig->tree_offset, "a header has one form");
  // An APK of these signers, to get past the comparisons.
  hallmark::IdsigExpectation expected;
  expected.signer.best_digest = idsig->header.signing_info.apk_digest;
  expected.v31_not_judged = true;
  std::vector<hallmark::ApkFinding> warnings;
  always(!hallmark::verify_idsig(*file, *file, expected, warnings).ok(),
         "no certificate has the digest of zeros");
  return 0;
}
