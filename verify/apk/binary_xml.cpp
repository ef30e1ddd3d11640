#include "verify/apk/binary_xml.hpp"

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint16_t kStringPool = 0x0001;
constexpr uint16_t kXml = 0x0003;
constexpr uint16_t kElementStart = 0x0102;
constexpr uint16_t kElementEnd = 0x0103;
constexpr uint16_t kFirstNode = 0x0100;
constexpr uint16_t kLastNode = 0x017f;
constexpr uint16_t kResourceMap = 0x0180;
constexpr std::size_t kChunkHeader = 8;
constexpr uint16_t kAttributeSize = 20;
constexpr uint16_t kElementFields = 20;  // before its attributes

struct Chunk {
  uint16_t type = 0;
  uint16_t header_size = 0;
  std::span<const uint8_t> bytes;  // with its header

  LittleEndianReader body() const { return LittleEndianReader(bytes.subspan(header_size)); }
};

Result<Chunk> read_chunk(std::span<const uint8_t> untrusted_bytes) {
  LittleEndianReader reader(untrusted_bytes);
  Chunk chunk;
  chunk.type = reader.u16();
  chunk.header_size = reader.u16();
  const uint32_t size = reader.u32();
  if (!reader.ok() || chunk.header_size < kChunkHeader || size < chunk.header_size ||
      size > untrusted_bytes.size()) {
    return malformed_manifest("a chunk does not fit into the manifest");
  }
  chunk.bytes = untrusted_bytes.first(size);
  return chunk;
}

class Parser {
 public:
  Status add(const Chunk& chunk) {
    const bool is_table = chunk.type == kStringPool || chunk.type == kResourceMap;
    // Android takes strings and resource ids from what is before the first node, and nothing else.
    if (is_table && seen_node_) return malformed_manifest("a table comes after a node");
    seen_node_ = seen_node_ || (chunk.type >= kFirstNode && chunk.type <= kLastNode);
    switch (chunk.type) {
      case kStringPool:
        return add_strings(chunk);
      case kResourceMap:
        return add_resource_map(chunk);
      case kElementStart:
        return start_element(chunk);
      case kElementEnd:
        return end_element();
      default:
        return ok_status();
    }
  }

  Result<XmlDocument> finish() {
    if (depth_ != 0 || xml_.elements.empty()) {
      return malformed_manifest("the manifest ends inside an element, or has none");
    }
    return std::move(xml_);
  }

 private:
  Status add_strings(const Chunk& chunk) {
    if (!xml_.strings.empty()) return malformed_manifest("there are two string pools");
    HALLMARK_TRY(xml_.strings, parse_xml_strings(chunk.bytes));
    return ok_status();
  }

  Status add_resource_map(const Chunk& chunk) {
    if (!resource_ids_.empty()) return malformed_manifest("there are two resource maps");
    LittleEndianReader reader = chunk.body();
    while (reader.remaining() >= 4) resource_ids_.push_back(reader.u32());
    return ok_status();
  }

  // ResXMLTree_attrExt: u32 name space, u32 name, u16 start, size and count of attributes, three
  // u16 that are not used here; the attributes start at `start`, counted from the name space.
  Status start_element(const Chunk& chunk) {
    LittleEndianReader reader = chunk.body();
    const auto content = reader.bytes(reader.remaining());
    LittleEndianReader fields(content);
    fields.u32();
    XmlElement element;
    element.name = fields.u32();
    const uint16_t start = fields.u16();
    const uint16_t size = fields.u16();
    const uint16_t count = fields.u16();
    if (!fields.ok() || element.name >= xml_.strings.size() || start > content.size() ||
        (count > 0 && (size != kAttributeSize || start < kElementFields))) {
      return malformed_manifest("an element is malformed");
    }
    if (depth_ == 0 && !xml_.elements.empty()) return malformed_manifest("there are two roots");
    if (depth_ == kMaxXmlDepth) return malformed_manifest("elements are nested too deeply");
    element.depth = ++depth_;
    LittleEndianReader attributes(content.subspan(start));
    for (uint16_t i = 0; i < count; ++i) {
      HALLMARK_TRY(const XmlAttribute attribute, read_attribute(attributes));
      element.attributes.push_back(attribute);
    }
    xml_.elements.push_back(std::move(element));
    return ok_status();
  }

  // ResXMLTree_attribute: u32 name space, name, raw value; Res_value {u16 size, u8 0, u8 type,
  // u32 data}.
  Result<XmlAttribute> read_attribute(LittleEndianReader& reader) const {
    reader.u32();
    XmlAttribute attribute;
    attribute.name = reader.u32();
    reader.u32();
    reader.u16();
    reader.u8();
    attribute.type = reader.u8();
    attribute.data = reader.u32();
    if (!reader.ok() || attribute.name >= xml_.strings.size() ||
        (attribute.type == kXmlTypeString && attribute.data >= xml_.strings.size())) {
      return malformed_manifest("an attribute is malformed");
    }
    if (attribute.name < resource_ids_.size())
      attribute.resource_id = resource_ids_[attribute.name];
    return attribute;
  }

  Status end_element() {
    if (depth_ == 0) return malformed_manifest("an element ends that did not start");
    --depth_;
    return ok_status();
  }

  XmlDocument xml_;
  std::vector<uint32_t> resource_ids_;  // by index of the attribute's name
  uint32_t depth_ = 0;
  bool seen_node_ = false;
};

}  // namespace

Result<XmlDocument> parse_binary_xml(std::span<const uint8_t> untrusted_bytes) {
  if (untrusted_bytes.size() > kMaxManifestSize) {
    return malformed_manifest("the manifest is larger than 4 MiB");
  }
  HALLMARK_TRY(const Chunk document, read_chunk(untrusted_bytes));
  if (document.type != kXml || document.bytes.size() != untrusted_bytes.size()) {
    return malformed_manifest("the manifest is not one binary XML document");
  }
  Parser parser;
  std::span<const uint8_t> rest = document.bytes.subspan(document.header_size);
  while (!rest.empty()) {
    HALLMARK_TRY(const Chunk chunk, read_chunk(rest));
    HALLMARK_CHECK(parser.add(chunk));
    rest = rest.subspan(chunk.bytes.size());
  }
  return parser.finish();
}

}  // namespace hallmark
