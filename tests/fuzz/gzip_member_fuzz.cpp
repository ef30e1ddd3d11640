#include "tests/fuzz/fuzz.hpp"
#include "verify/gzip_member.hpp"

using hallmark::fuzz::always;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::size_t kLimit = std::size_t{1} << 20U;
  const std::string input(hallmark::fuzz::text_of(data, size));
  std::string_view rest = input;
  while (!rest.empty()) {
    const std::size_t before = rest.size();
    const auto text = hallmark::take_gzip_member(rest, kLimit, "input");
    if (!text.ok()) {
      always(rest.size() == before, "nothing is taken of what is refused");
      return 0;
    }
    always(rest.size() < before && text->size() <= kLimit, "a member is something, and no more");
    const auto member = hallmark::gzip_member(*text, 6);
    always(member.ok(), "what was unpacked can be packed");
    std::string_view own = *member;
    const auto again = hallmark::take_gzip_member(own, kLimit, "own");
    always(again.ok() && *again == *text && own.empty(), "and unpacked again");
  }
  return 0;
}
