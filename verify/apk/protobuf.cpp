#include "verify/apk/protobuf.hpp"

namespace hallmark {

// Seven bits a byte, the lowest first; the tenth byte has one bit left to give.
std::optional<uint64_t> ProtobufReader::varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return std::nullopt;
    const uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::optional<uint64_t> ProtobufReader::fixed(std::size_t width) {
  if (rest_.size() < width) return std::nullopt;
  uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= uint64_t{rest_[i]} << (8 * i);
  rest_ = rest_.subspan(width);
  return value;
}

std::optional<ProtobufField> ProtobufReader::next() {
  const std::optional<uint64_t> tag = varint();
  if (!tag || *tag > 0xffffffff || *tag >> 3U == 0) return std::nullopt;
  ProtobufField field;
  field.number = static_cast<uint32_t>(*tag >> 3U);
  field.type = static_cast<ProtobufType>(*tag & 7U);
  std::optional<uint64_t> value;
  switch (field.type) {
    case ProtobufType::kVarint:
    case ProtobufType::kBytes:
      value = varint();
      break;
    case ProtobufType::kFixed64:
      value = fixed(8);
      break;
    case ProtobufType::kFixed32:
      value = fixed(4);
      break;
    default:
      return std::nullopt;
  }
  if (!value) return std::nullopt;
  if (field.type != ProtobufType::kBytes) {
    field.value = *value;
    return field;
  }
  if (*value > rest_.size()) return std::nullopt;
  field.bytes = rest_.first(static_cast<std::size_t>(*value));
  rest_ = rest_.subspan(field.bytes.size());
  return field;
}

bool set_protobuf_bytes(std::optional<std::span<const uint8_t>>& out, const ProtobufField& field) {
  if (out || field.type != ProtobufType::kBytes) return false;
  out = field.bytes;
  return true;
}

bool set_protobuf_number(std::optional<uint64_t>& out, const ProtobufField& field) {
  if (out || field.type != ProtobufType::kVarint) return false;
  out = field.value;
  return true;
}

}  // namespace hallmark
