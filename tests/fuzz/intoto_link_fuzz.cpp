#include "core/digest.hpp"
#include "core/json.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/intoto_link.hpp"

using hallmark::fuzz::always;

// The input is what gpg wrote, or somebody in its place.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string link = hallmark::rebuild_link(hallmark::sha256("lock"),
                                                  {{"tool_1_amd64.deb", hallmark::sha256("deb")}});
  const auto made = hallmark::signed_link(link, hallmark::fuzz::text_of(data, size));
  if (!made.ok()) return 0;
  const hallmark::Json file = hallmark::Json::parse(*made);
  always(file["signed"].dump() == link, "the link is as it was signed");
  always(file["signatures"][0]["keyid"].get<std::string>().size() == 40, "a key is named");
  return 0;
}
