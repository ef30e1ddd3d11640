#include "verify/apk/proto_xml_attribute.hpp"

#include <algorithm>
#include <iterator>

#include "verify/apk/protobuf.hpp"
#include "verify/apk/xml_document.hpp"

namespace hallmark {
namespace {

using Span = std::span<const uint8_t>;

// What a compiled item is.
struct Value {
  uint8_t type = 0;
  uint32_t data = 0;
  std::optional<Span> text;
};

std::optional<Value> parse_primitive(Span untrusted_primitive) {
  // Res_value::dataType by field number; 0 for null and empty.
  constexpr uint8_t kTypes[] = {0,    0,    0,    0x04, 0x05, 0x06, 0x10, 0x11,
                                0x12, 0x1c, 0x1d, 0x1e, 0x1f, 0x05, 0x06};
  std::optional<Value> found;
  const bool good = each_protobuf_field(untrusted_primitive, [&](const ProtobufField& field) {
    if (field.number >= std::size(kTypes)) return true;
    if (found) return false;
    found = Value{kTypes[field.number], static_cast<uint32_t>(field.value), std::nullopt};
    if (found->type == kXmlTypeBoolean) found->data = field.value != 0 ? 0xffffffff : 0;
    return field.type == ProtobufType::kVarint || found->type < kXmlTypeFirstInteger;
  });
  return good ? found : std::nullopt;
}

std::optional<Value> parse_text(Span untrusted_string) {
  Value value{kXmlTypeString, 0, std::nullopt};
  const bool good = each_protobuf_field(untrusted_string, [&](const ProtobufField& field) {
    return field.number != 1 || set_protobuf_bytes(value.text, field);
  });
  if (!good) return std::nullopt;
  if (!value.text) value.text = Span();  // proto3 leaves out what is empty
  return value;
}

std::optional<Value> parse_item(Span untrusted_item) {
  constexpr uint32_t kString = 2;
  constexpr uint32_t kRawString = 3;
  constexpr uint32_t kPrimitive = 7;
  std::optional<ProtobufField> found;
  const bool good = each_protobuf_field(untrusted_item, [&](const ProtobufField& field) {
    if (field.number > kPrimitive) return true;
    if (found || field.type != ProtobufType::kBytes) return false;
    found = field;
    return true;
  });
  if (!good || !found) return std::nullopt;
  if (found->number == kPrimitive) return parse_primitive(found->bytes);
  if (found->number == kString || found->number == kRawString) return parse_text(found->bytes);
  return Value{kXmlTypeReference, 0, std::nullopt};
}

bool same(Span a, Span b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

// What the attribute is worth: its compiled item, else its text.
std::optional<Value> value_of(const std::optional<Span>& text, const std::optional<Span>& item) {
  if (!item) return Value{kXmlTypeString, 0, text.value_or(Span())};
  const std::optional<Value> value = parse_item(*item);
  if (value && value->text && text && !same(*value->text, *text)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ProtoAttribute> parse_proto_attribute(Span untrusted_message) {
  std::optional<Span> name;
  std::optional<Span> text;
  std::optional<Span> item;
  std::optional<uint64_t> resource_id;
  const bool good = each_protobuf_field(untrusted_message, [&](const ProtobufField& field) {
    if (field.number == 2) return set_protobuf_bytes(name, field);
    if (field.number == 3) return set_protobuf_bytes(text, field);
    if (field.number == 5) return set_protobuf_number(resource_id, field);
    return field.number != 6 || set_protobuf_bytes(item, field);
  });
  const std::optional<Value> value = good ? value_of(text, item) : std::nullopt;
  if (!value || resource_id.value_or(0) > 0xffffffff) return std::nullopt;
  return ProtoAttribute{name.value_or(Span()), static_cast<uint32_t>(resource_id.value_or(0)),
                        value->type, value->data, value->text.value_or(Span())};
}

}  // namespace hallmark
