#include "reproducible/fetch_request.hpp"
#include "tests/fuzz/fuzz.hpp"

// A request of hallmark-fetch from whoever reached its socket.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto body = hallmark::parse_json(hallmark::fuzz::text_of(data, size), "request");
  if (!body.ok() || !body->is_object()) return 0;
  const auto request = hallmark::read_fetch_request(*body);
  if (!request.ok()) return 0;
  const bool of_a_bundle = request->type == "export-bundle" || request->type == "import-bundle";
  hallmark::fuzz::always(of_a_bundle != request->releases.empty(),
                         "a request has releases when it is about a bundle");
  return 0;
}
