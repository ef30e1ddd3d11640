#include "verify/apk/proto_xml.hpp"

#include <optional>
#include <utility>

#include "verify/apk/proto_xml_attribute.hpp"
#include "verify/apk/protobuf.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxItems = 65536;

using Span = std::span<const uint8_t>;

Error malformed(const char* what) {
  return malformed_manifest(std::string("the protobuf ") + what + " is malformed");
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

// The element of a node; nothing for a node that is text.
Result<std::optional<Span>> element_of(Span untrusted_node) {
  std::optional<Span> element;
  std::optional<Span> text;
  const bool good = each_protobuf_field(untrusted_node, [&](const ProtobufField& field) {
    if (field.number == 1) return set_protobuf_bytes(element, field);
    return field.number != 2 || set_protobuf_bytes(text, field);
  });
  if (!good || element.has_value() == text.has_value()) return malformed("node");
  return element;
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
    const bool good = each_protobuf_field(untrusted_element, [&](const ProtobufField& field) {
      if (field.number == 2) return set_protobuf_bytes(fields.name_space, field);
      if (field.number == 3) return set_protobuf_bytes(fields.name, field);
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
    const std::optional<ProtoAttribute> found = parse_proto_attribute(untrusted_attribute);
    if (!found) return malformed("attribute");
    XmlAttribute attribute;
    attribute.name = add_text(found->name);
    attribute.resource_id = found->resource_id;
    attribute.type = found->type;
    attribute.data = found->type == kXmlTypeString ? add_text(found->text) : found->data;
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
