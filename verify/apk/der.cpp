#include "verify/apk/der.hpp"

namespace hallmark {
namespace {

constexpr uint8_t kLongTag = 0x1f;
constexpr uint8_t kLongLength = 0x80;
constexpr std::size_t kMaxLengthBytes = 4;

}  // namespace

DerElement DerReader::any_element() {
  if (rest_.size() < 2 || (rest_[0] & kLongTag) == kLongTag) return fail();
  uint64_t length = rest_[1];
  std::size_t header = 2;
  if (length >= kLongLength) {
    const std::size_t count = length - kLongLength;
    if (count == 0 || count > kMaxLengthBytes || rest_.size() < header + count) return fail();
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | rest_[header + i];
    header += count;
    if (length < kLongLength || length >> (8 * (count - 1)) == 0) return fail();
  }
  if (length > rest_.size() - header) return fail();
  const DerElement element{rest_.subspan(header, length), rest_.first(header + length)};
  rest_ = rest_.subspan(header + length);
  return element;
}

}  // namespace hallmark
