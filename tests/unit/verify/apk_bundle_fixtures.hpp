// A writer of protobuf XML as aapt2 writes it, and the bundles that the tests use.
#pragma once

#include "tests/unit/verify/apk_fixtures.hpp"

namespace hallmark::apk_test {

class ProtoWriter {
 public:
  void varint(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<uint8_t>(value | 0x80));
      value >>= 7U;
    }
    out_.push_back(static_cast<uint8_t>(value));
  }
  void number(uint32_t field, uint64_t value) {
    varint(uint64_t{field} << 3U);
    varint(value);
  }
  void bytes(uint32_t field, std::span<const uint8_t> content) {
    varint(uint64_t{field} << 3U | 2U);
    varint(content.size());
    out_.insert(out_.end(), content.begin(), content.end());
  }
  void text(uint32_t field, std::string_view content) { bytes(field, as_bytes(content)); }
  const Buffer& view() const { return out_; }

 private:
  Buffer out_;
};

// Integers and booleans as compiled items, texts as raw values, references as references.
inline Buffer proto_attribute(const TestAttribute& attribute) {
  ProtoWriter out;
  out.text(2, attribute.name);
  if (attribute.type == 3) out.text(3, attribute.text);
  if (attribute.resource_id != 0) out.number(5, attribute.resource_id);
  if (attribute.type == 3) return out.view();
  ProtoWriter item;
  ProtoWriter inner;
  if (attribute.type == 1) {
    inner.number(2, attribute.data);
    item.bytes(1, inner.view());
  } else {
    inner.number(attribute.type == 0x12 ? 8 : 6, attribute.type == 0x12 ? 1 : attribute.data);
    item.bytes(7, inner.view());
  }
  out.bytes(6, item.view());
  return out.view();
}

// An XmlNode.
inline Buffer proto_xml(const TestElement& element) {
  ProtoWriter inner;
  inner.text(3, element.name);
  for (const TestAttribute& attribute : element.attributes) {
    inner.bytes(4, proto_attribute(attribute));
  }
  ProtoWriter text;
  text.text(2, "\n  ");
  inner.bytes(5, text.view());
  for (const TestElement& child : element.children) inner.bytes(5, proto_xml(child));
  ProtoWriter node;
  node.bytes(1, inner.view());
  ProtoWriter position;
  position.number(1, 2);
  node.bytes(3, position.view());
  return node.view();
}

inline std::vector<TestEntry> bundle_entries(const TestElement& manifest) {
  return {stored("BundleConfig.pb", {0x0a, 0x00}),
          deflated("base/manifest/AndroidManifest.xml", proto_xml(manifest)),
          stored("base/dex/classes.dex", pattern(2000)),
          stored("base/lib/arm64-v8a/libapp.so", pattern(500))};
}

}  // namespace hallmark::apk_test
