// Reading protobuf's wire format, field by field.
//
// Source: https://protobuf.dev/programming-guides/encoding/. Groups (wire types 3 and 4) are not
// accepted: no format that is read here has them. Never reads outside its span, never recurses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace hallmark {

enum class ProtobufType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct ProtobufField {
  uint32_t number = 0;
  ProtobufType type = ProtobufType::kVarint;
  uint64_t value = 0;              // kVarint, kFixed64, kFixed32
  std::span<const uint8_t> bytes;  // kBytes; points into the message
};

class ProtobufReader {
 public:
  explicit ProtobufReader(std::span<const uint8_t> untrusted_message) : rest_(untrusted_message) {}

  bool at_end() const { return rest_.empty(); }
  // Nothing if what comes next is malformed; then there is no way to go on.
  std::optional<ProtobufField> next();

 private:
  std::optional<uint64_t> varint();
  std::optional<uint64_t> fixed(std::size_t width);

  std::span<const uint8_t> rest_;
};

// Gives `visit` each field of the message; it says whether the field is as it may be. False if one
// is not, or the message is malformed.
template <typename Visit>
bool each_protobuf_field(std::span<const uint8_t> untrusted_message, const Visit& visit) {
  ProtobufReader reader(untrusted_message);
  while (!reader.at_end()) {
    const std::optional<ProtobufField> field = reader.next();
    if (!field || !visit(*field)) return false;
  }
  return true;
}

// Takes the bytes, or the number, of a field that may be there once. False if it was there before,
// or is of another type.
bool set_protobuf_bytes(std::optional<std::span<const uint8_t>>& out, const ProtobufField& field);
bool set_protobuf_number(std::optional<uint64_t>& out, const ProtobufField& field);

}  // namespace hallmark
