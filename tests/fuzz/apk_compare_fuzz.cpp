#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/compare.hpp"

using hallmark::fuzz::always;

// The input is two APKs: the size of the first (u32, little-endian), the first, the second. An
// empty second stands for the first again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const std::string_view rest = hallmark::fuzz::text_of(data + 4, size - 4);
  uint32_t first_size = 0;
  for (int i = 3; i >= 0; --i) first_size = first_size << 8U | data[i];
  const std::string_view first = rest.substr(0, std::min<std::size_t>(first_size, rest.size()));
  const std::string_view second = first.size() == rest.size() ? first : rest.substr(first.size());
  const auto signed_apk = hallmark::fuzz::memory_file(first);
  const auto rebuilt = hallmark::fuzz::memory_file(second);
  const auto found =
      hallmark::compare_apks({signed_apk.get(), "signed"}, {rebuilt.get(), "rebuilt"}, "/tmp");
  if (!found.ok()) {
    always(found.error().kind == hallmark::ErrorKind::kVerification,
           "what cannot be read is refused");
    return 0;
  }
  always(found->same == found->differences.listed.empty(), "what differs is named");
  if (first == second) always(found->same, "a file is the same as itself");
  if (found->same && found->copied && !found->copied->verified) {
    always(found->signed_report && !found->signed_report->verified,
           "a good signature verifies on the same bytes");
  }
  always(!hallmark::to_json(*found).dump().empty(), "the answer can be printed");
  return 0;
}
