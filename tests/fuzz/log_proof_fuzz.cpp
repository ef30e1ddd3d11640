#include "tests/fuzz/fuzz.hpp"
#include "verify/log/log_proof.hpp"

using hallmark::fuzz::always;

namespace {

// Of the log that the corpus proves leaves of.
constexpr const char* kKey =
    "example.org/log/t1+f65164fc+AVsY+r/LZzmjOA2k71IBmorAnPIqYkOg01qJRoWWotYU";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto proof = hallmark::parse_log_proof(hallmark::fuzz::text_of(data, size), "proof");
  if (!proof.ok()) return 0;
  const auto key = hallmark::NoteKey::parse(kKey);
  always(key.ok(), "the key is one");
  const auto checkpoint = hallmark::verify_log_proof(*proof, *key);
  if (!checkpoint.ok()) return 0;
  always(proof->sequence < checkpoint->tree.size, "a proved leaf is in the log");
  const auto again = hallmark::parse_log_proof(hallmark::to_json(*proof).dump(), "again");
  always(again.ok() && hallmark::verify_log_proof(*again, *key).ok(), "a proof has one meaning");
  return 0;
}
