#include "core/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace hallmark {
namespace {

// What a first byte announces: how many bytes follow, and the range of the first of them (RFC 3629
// section 4; the narrowed ranges exclude overlong forms, surrogates and what is above U+10FFFF).
struct Sequence {
  std::size_t following = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  bool valid = true;
};

Sequence sequence_for(uint8_t first) {
  if (first < 0x80) return {};
  if (first >= 0xc2 && first <= 0xdf) return {1, 0x80, 0xbf, true};
  if (first == 0xe0) return {2, 0xa0, 0xbf, true};
  if (first == 0xed) return {2, 0x80, 0x9f, true};
  if (first >= 0xe1 && first <= 0xef) return {2, 0x80, 0xbf, true};
  if (first == 0xf0) return {3, 0x90, 0xbf, true};
  if (first >= 0xf1 && first <= 0xf3) return {3, 0x80, 0xbf, true};
  if (first == 0xf4) return {3, 0x80, 0x8f, true};
  return {0, 0, 0, false};
}

}  // namespace

bool is_utf8(std::string_view untrusted_text) {
  const auto byte_at = [&](std::size_t i) { return static_cast<uint8_t>(untrusted_text[i]); };
  for (std::size_t i = 0; i < untrusted_text.size(); ++i) {
    const Sequence sequence = sequence_for(byte_at(i));
    if (!sequence.valid || untrusted_text.size() - i <= sequence.following) return false;
    uint8_t low = sequence.low;
    uint8_t high = sequence.high;
    for (std::size_t n = 0; n < sequence.following; ++n) {
      ++i;
      if (byte_at(i) < low || byte_at(i) > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

}  // namespace hallmark
