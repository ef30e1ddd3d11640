#include "core/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

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

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  // in bytes
};

// The character that a text that is not empty begins with; nullopt if its bytes are not UTF-8.
std::optional<Character> first_character(std::string_view text) {
  const auto byte_at = [&](std::size_t i) { return static_cast<uint8_t>(text[i]); };
  const Sequence sequence = sequence_for(byte_at(0));
  if (!sequence.valid || text.size() <= sequence.following) return std::nullopt;
  // The first byte of a sequence of n has n + 1 bits that only say so.
  const uint32_t own_bits = sequence.following == 0 ? 0x7fU : 0x3fU >> sequence.following;
  Character out{static_cast<char32_t>(byte_at(0) & own_bits), sequence.following + 1};
  uint8_t low = sequence.low;
  uint8_t high = sequence.high;
  for (std::size_t i = 1; i < out.size; ++i) {
    if (byte_at(i) < low || byte_at(i) > high) return std::nullopt;
    out.code = out.code << 6U | (byte_at(i) & 0x3fU);
    low = 0x80;
    high = 0xbf;
  }
  return out;
}

bool may_be_shown(char32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  if (code >= 0x7f && code <= 0x9f) return false;
  if (code == 0xad || code == 0x61c || code == 0x180e || code == 0xfeff) return false;
  if (code >= 0x200b && code <= 0x200f) return false;  // zero width, left-to-right and back
  if (code >= 0x2028 && code <= 0x202e) return false;  // separators, embeddings, overrides
  if (code >= 0x2060 && code <= 0x206f) return false;  // invisible operators, isolates
  return code < 0xe0000 || code > 0xe0fff;             // tags and variation selectors
}

}  // namespace

bool is_utf8(std::string_view untrusted_text) {
  while (!untrusted_text.empty()) {
    const std::optional<Character> next = first_character(untrusted_text);
    if (!next) return false;
    untrusted_text.remove_prefix(next->size);
  }
  return true;
}

std::string printable(std::string_view untrusted_text) {
  std::string out;
  while (!untrusted_text.empty()) {
    const std::optional<Character> next = first_character(untrusted_text);
    const std::size_t size = next ? next->size : 1;
    if (next && may_be_shown(next->code)) {
      out += untrusted_text.substr(0, size);
    } else {
      out += '?';
    }
    untrusted_text.remove_prefix(size);
  }
  return out;
}

}  // namespace hallmark
