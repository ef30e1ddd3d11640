#include "verify/tar_header.hpp"

namespace hallmark {

std::string_view tar_text(std::string_view field) { return field.substr(0, field.find('\0')); }

bool is_all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::optional<uint64_t> read_tar_number(std::string_view field) {
  const std::size_t first = field.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  field.remove_prefix(first);
  std::size_t digits = 0;
  uint64_t value = 0;
  for (; digits < field.size() && field[digits] >= '0' && field[digits] <= '7'; ++digits) {
    value = value * 8 + static_cast<uint64_t>(field[digits] - '0');  // at most 12 digits: 36 bits
  }
  if (digits == 0 ||
      field.find_first_not_of(std::string_view("\0 ", 2), digits) != std::string_view::npos) {
    return std::nullopt;
  }
  return value;
}

bool tar_checksum_holds(std::string_view header) {
  constexpr std::size_t kAt = 148;
  constexpr std::size_t kSize = 8;
  uint64_t sum = kSize * ' ';
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i < kAt || i >= kAt + kSize) sum += static_cast<uint8_t>(header[i]);
  }
  return read_tar_number(header.substr(kAt, kSize)) == sum;
}

}  // namespace hallmark
