#include <string>

#include "tests/fuzz/fuzz.hpp"
#include "verify/clearsigned_text.hpp"

using hallmark::fuzz::always;

// An InRelease that claims to be clear-signed. The text inside never looks like the end of itself
// once its dashes are escaped again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = hallmark::clearsigned_text(hallmark::fuzz::text_of(data, size), "fuzz");
  if (!text.ok()) return 0;
  std::string again = "-----BEGIN PGP SIGNED MESSAGE-----\n\n";
  bool line_start = true;
  for (const char c : *text) {
    if (line_start && c == '-') again += "- ";
    again.push_back(c);
    line_start = c == '\n';
  }
  again += "-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n";
  const auto same = hallmark::clearsigned_text(again, "fuzz");
  always(same.ok() && *same == *text, "what was read can be written and read again");
  return 0;
}
