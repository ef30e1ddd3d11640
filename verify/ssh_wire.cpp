#include "verify/ssh_wire.hpp"

namespace hallmark {

std::optional<std::string_view> SshCursor::take(std::size_t size) {
  if (failed_ || size > rest_.size()) {
    failed_ = true;
    return std::nullopt;
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::optional<uint8_t> SshCursor::take_byte() {
  const auto bytes = take(1);
  if (!bytes) return std::nullopt;
  return static_cast<uint8_t>(bytes->front());
}

std::optional<uint32_t> SshCursor::take_u32() {
  const auto bytes = take(4);
  if (!bytes) return std::nullopt;
  uint32_t value = 0;
  for (const char c : *bytes) value = (value << 8U) | static_cast<uint8_t>(c);
  return value;
}

std::optional<std::string_view> SshCursor::take_string() {
  const auto size = take_u32();
  if (!size) return std::nullopt;
  return take(*size);
}

std::optional<std::string_view> SshCursor::take_positive_mpint() {
  auto bytes = take_string();
  if (!bytes) return std::nullopt;
  const bool padded = bytes->starts_with('\0');
  if (padded) bytes->remove_prefix(1);
  // Padding is there exactly when the first bit would otherwise mean a negative number.
  const bool first_bit = !bytes->empty() && (static_cast<uint8_t>(bytes->front()) & 0x80U) != 0;
  if (bytes->empty() || padded != first_bit) {
    failed_ = true;
    return std::nullopt;
  }
  return bytes;
}

bool SshCursor::skip(std::string_view expected) {
  const auto bytes = take(expected.size());
  if (bytes && *bytes != expected) failed_ = true;
  return !failed_;
}

std::string ssh_u32(uint32_t value) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out += static_cast<char>((value >> shift) & 0xffU);
  return out;
}

std::string ssh_string(std::string_view bytes) {
  return ssh_u32(static_cast<uint32_t>(bytes.size())) + std::string(bytes);
}

}  // namespace hallmark
