#include "verify/apk/proto_xml.hpp"

#include <optional>
#include <utility>

#include "verify/apk/protobuf.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxItems = 65536;

using Span = std::span<const uint8_t>;

Error malformed(const char* what) {
  return malformed_manifest(std::string("the protobuf ") + what + " is malformed");
}

// Gives `visit` each field of the message; it says whether the field is as it may be.
template <typename Visit>
bool each_field(Span untrusted_message, const Visit& visit) {
  ProtobufReader reader(untrusted_message);
  while (!reader.at_end()) {
    const std::optional<ProtobufField> field = reader.next();
    if (!field || !visit(*field)) return false;
  }
  return true;
}

// A field that may be there once.
bool set_bytes(std::optional<Span>& out, const ProtobufField& field) {
  if (out || field.type != ProtobufType::kBytes) return false;
  out = field.bytes;
  return true;
}
bool set_value(std::optional<uint64_t>& out, const ProtobufField& field) {
  if (out || field.type != ProtobufType::kVarint) return false;
  out = field.value;
  return true;
}

struct Node {
  Span element;
  uint32_t depth = 0;
};

struct ElementFields {
  std::optional<Span> name_space;
  std::optional<Span> name;
  std::vector<Span> attributes;
  std::vector<Span> children;
};

struct AttributeFields {
  std::optional<Span> name;
  std::optional<Span> value;
  std::optional<uint64_t> resource_id;
  std::optional<Span> item;
};

// What a compiled item is: a type of Res_value and its data, or a text.
struct Value {
  uint8_t type = 0;
  uint32_t data = 0;
  std::optional<Span> text;
};

// The element of a node; nothing for a node that is text.
Result<std::optional<Span>> element_of(Span untrusted_node) {
  std::optional<Span> element;
  std::optional<Span> text;
  const bool good = each_field(untrusted_node, [&](const ProtobufField& field) {
    if (field.number == 1) return set_bytes(element, field);
    return field.number != 2 || set_bytes(text, field);
  });
  if (!good || element.has_value() == text.has_value()) return malformed("node");
  return element;
}

std::optional<Value> parse_primitive(Span untrusted_primitive) {
  // Res_value::dataType by field number; 0 where the field is none of ours.
  constexpr uint8_t kTypes[] = {0,    0,    0,    0x04, 0x05, 0x06, 0x10, 0x11,
                                0x12, 0x1c, 0x1d, 0x1e, 0x1f, 0x05, 0x06};
  std::optional<Value> found;
  const bool good = each_field(untrusted_primitive, [&](const ProtobufField& field) {
    if (field.number >= std::size(kTypes)) return true;
    if (found) return false;
    found = Value{kTypes[field.number], static_cast<uint32_t>(field.value), std::nullopt};
    const bool is_number = field.type == ProtobufType::kVarint;
    if (found->type == kXmlTypeBoolean) found->data = field.value != 0 ? 0xffffffff : 0;
    return is_number || found->type < kXmlTypeFirstInteger;
  });
  return good ? found : std::nullopt;
}

std::optional<Value> parse_text(Span untrusted_string) {
  Value value{kXmlTypeString, 0, std::nullopt};
  const bool good = each_field(untrusted_string, [&](const ProtobufField& field) {
    return field.number != 1 || set_bytes(value.text, field);
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
  const bool good = each_field(untrusted_item, [&](const ProtobufField& field) {
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
std::optional<Value> value_of(const AttributeFields& fields) {
  const Span text = fields.value.value_or(Span());
  if (!fields.item) return Value{kXmlTypeString, 0, text};
  const std::optional<Value> value = parse_item(*fields.item);
  if (value && value->text && fields.value && !same(*value->text, text)) return std::nullopt;
  return value;
}

class Parser {
 public:
  Result<XmlDocument> parse(Span untrusted_message) {
    HALLMARK_TRY(const std::optional<Span> root, element_of(untrusted_message));
    if (!root) return malformed("root");
    // Nodes still to be read, the next one last: so elements come in document order.
    std::vector<Node> nodes = {{*root, 1}};
    while (!nodes.empty()) {
      const Node node = nodes.back();
      nodes.pop_back();
      HALLMARK_TRY(const ElementFields fields, element_fields(node.element));
      HALLMARK_CHECK(add_element(fields, node.depth));
      for (auto child = fields.children.rbegin(); child != fields.children.rend(); ++child) {
        HALLMARK_TRY(const std::optional<Span> element, element_of(*child));
        if (!element) continue;
        if (node.depth == kMaxXmlDepth) {
          return malformed_manifest("elements are nested too deeply");
        }
        nodes.push_back({*element, node.depth + 1});
      }
    }
    return std::move(out_);
  }

 private:
  Result<ElementFields> element_fields(Span untrusted_element) {
    ElementFields fields;
    const bool good = each_field(untrusted_element, [&](const ProtobufField& field) {
      if (field.number == 2) return set_bytes(fields.name_space, field);
      if (field.number == 3) return set_bytes(fields.name, field);
      if (field.number != 4 && field.number != 5) return true;
      (field.number == 4 ? fields.attributes : fields.children).push_back(field.bytes);
      return field.type == ProtobufType::kBytes && ++items_ <= kMaxItems;
    });
    if (!good || !fields.name) return malformed("element, or their number,");
    return fields;
  }

  Status add_element(const ElementFields& fields, uint32_t depth) {
    XmlElement element;
    element.depth = depth;
    element.name = add_text(*fields.name);
    for (const Span untrusted_attribute : fields.attributes) {
      HALLMARK_TRY(const XmlAttribute attribute, read_attribute(untrusted_attribute));
      element.attributes.push_back(attribute);
    }
    out_.elements.push_back(std::move(element));
    return ok_status();
  }

  Result<XmlAttribute> read_attribute(Span untrusted_attribute) {
    AttributeFields fields;
    const bool good = each_field(untrusted_attribute, [&](const ProtobufField& field) {
      if (field.number == 2) return set_bytes(fields.name, field);
      if (field.number == 3) return set_bytes(fields.value, field);
      if (field.number == 5) return set_value(fields.resource_id, field);
      return field.number != 6 || set_bytes(fields.item, field);
    });
    const std::optional<Value> value = good ? value_of(fields) : std::nullopt;
    if (!value || fields.resource_id.value_or(0) > 0xffffffff) return malformed("attribute");
    XmlAttribute attribute;
    attribute.name = add_text(fields.name.value_or(Span()));
    attribute.resource_id = static_cast<uint32_t>(fields.resource_id.value_or(0));
    attribute.type = value->type;
    attribute.data = value->text ? add_text(*value->text) : value->data;
    return attribute;
  }

  uint32_t add_text(Span untrusted_text) {
    std::string text;
    for (const uint8_t byte : untrusted_text) text += printable_character(byte);
    out_.strings.push_back(std::move(text));
    return static_cast<uint32_t>(out_.strings.size() - 1);
  }

  XmlDocument out_;
  std::size_t items_ = 0;  // elements and attributes seen
};

}  // namespace

Result<XmlDocument> parse_proto_xml(std::span<const uint8_t> untrusted_message) {
  if (untrusted_message.size() > kMaxManifestSize) {
    return malformed_manifest("the manifest is larger than 4 MiB");
  }
  return Parser().parse(untrusted_message);
}

}  // namespace hallmark
