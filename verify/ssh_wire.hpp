// Reading the SSH wire encoding (RFC 4251 section 5) from untrusted bytes.
//
// A cursor that takes one value after the other. A length that goes beyond the end is an error; the
// caller ends with finished(), so that nothing follows the last value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hallmark {

class SshCursor {
 public:
  explicit SshCursor(std::string_view untrusted_bytes) : rest_(untrusted_bytes) {}

  // Each gives nothing, for ever, once the bytes were not what was asked for.
  std::optional<uint8_t> take_byte();
  std::optional<uint32_t> take_u32();
  std::optional<std::string_view> take_string();
  // The magnitude, big-endian, without leading zeros. Zero, negative numbers and encodings that are
  // not the shortest are errors: no key and no signature holds them.
  std::optional<std::string_view> take_positive_mpint();
  // Exactly these bytes, without a length before them.
  bool skip(std::string_view expected);

  bool finished() const { return !failed_ && rest_.empty(); }

 private:
  std::optional<std::string_view> take(std::size_t size);

  std::string_view rest_;
  bool failed_ = false;
};

// The encodings, for what is hashed or written.
std::string ssh_u32(uint32_t value);
std::string ssh_string(std::string_view bytes);

}  // namespace hallmark
