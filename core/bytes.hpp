// Fixed-size byte strings with a meaning, and their text forms.
//
// Bytes<Tag, N> makes a digest, a fingerprint and a key grip different types, so that one passed
// for another does not compile.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

std::string hex_encode(std::span<const uint8_t> bytes);  // lower case
// Accepts both cases; an odd length or another character is an error.
Result<std::vector<uint8_t>> hex_decode(std::string_view hex);

std::string base64_encode(std::span<const uint8_t> bytes);  // RFC 4648 section 4, padded, one line
// Strict: canonical padding, no white space, no stray bits.
Result<std::vector<uint8_t>> base64_decode(std::string_view text);

inline std::span<const uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename Tag, std::size_t N>
class Bytes {
 public:
  static constexpr std::size_t kSize = N;

  Bytes() = default;
  explicit Bytes(const std::array<uint8_t, N>& bytes) : bytes_(bytes) {}

  // Exactly 2*N lower-case hexadecimal characters: one value has one spelling.
  static Result<Bytes> from_hex(std::string_view hex) {
    if (hex.size() != 2 * N ||
        hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
      return failed("'" + std::string(hex.substr(0, 2 * N)) + "'",
                    "is not " + std::to_string(2 * N) + " lower-case hexadecimal digits");
    }
    HALLMARK_TRY(const std::vector<uint8_t> decoded, hex_decode(hex));
    Bytes out;
    for (std::size_t i = 0; i < N; ++i) out.bytes_[i] = decoded[i];
    return out;
  }

  std::span<const uint8_t> view() const { return bytes_; }
  std::string hex() const { return hex_encode(bytes_); }
  auto operator<=>(const Bytes&) const = default;

 private:
  std::array<uint8_t, N> bytes_{};
};

using Sha256Digest = Bytes<struct Sha256Tag, 32>;

}  // namespace hallmark
