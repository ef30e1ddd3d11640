// A writer of Android's binary XML, and the manifest that the test APKs carry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "verify/apk/little_endian.hpp"

namespace hallmark::apk_test {

using Buffer = std::vector<uint8_t>;

struct TestAttribute {
  std::string name;
  uint32_t resource_id = 0;
  uint8_t type = 0x10;  // decimal integer
  uint32_t data = 0;
  std::string text;  // for type 3
};

struct TestElement {
  std::string name;
  std::vector<TestAttribute> attributes;
  std::vector<TestElement> children;
};

class BinaryXmlWriter {
 public:
  explicit BinaryXmlWriter(bool utf8 = false) : utf8_(utf8) {}

  Buffer write(const TestElement& root) {
    reserve_attribute_names(root);
    LittleEndianWriter body;
    element(root, body);
    const Buffer pool = string_pool();
    LittleEndianWriter map;
    for (const uint32_t id : resource_ids_) map.u32(id);
    LittleEndianWriter out;
    chunk(out, 0x0003, pool.size() + 8 + map.size() + body.size());
    out.bytes(pool);
    chunk(out, 0x0180, map.size());
    out.bytes(map.view());
    out.bytes(body.view());
    return out.take();
  }

 private:
  static void chunk(LittleEndianWriter& out, uint16_t type, std::size_t content) {
    out.u16(type);
    out.u16(8);
    out.u32(static_cast<uint32_t>(content + 8));
  }

  uint32_t index_of(const std::string& text) {
    for (std::size_t i = resource_ids_.size(); i < strings_.size(); ++i) {
      if (strings_[i] == text) return static_cast<uint32_t>(i);
    }
    strings_.push_back(text);
    return static_cast<uint32_t>(strings_.size() - 1);
  }

  // Names with resource ids come first in the pool; the resource map runs in parallel to them.
  void reserve_attribute_names(const TestElement& element) {
    for (const TestAttribute& attribute : element.attributes) {
      if (attribute.resource_id == 0 || attribute_index_.contains(attribute.resource_id)) continue;
      attribute_index_[attribute.resource_id] = static_cast<uint32_t>(strings_.size());
      strings_.push_back(attribute.name);
      resource_ids_.push_back(attribute.resource_id);
    }
    for (const TestElement& child : element.children) reserve_attribute_names(child);
  }

  void element(const TestElement& element, LittleEndianWriter& out) {
    const std::size_t count = element.attributes.size();
    out.u16(0x0102);
    out.u16(16);
    out.u32(static_cast<uint32_t>(36 + 20 * count));
    out.u32(1);           // line
    out.u32(0xffffffff);  // comment
    out.u32(0xffffffff);  // name space
    out.u32(index_of(element.name));
    out.u16(20);
    out.u16(20);
    out.u16(static_cast<uint16_t>(count));
    out.zeros(6);
    for (const TestAttribute& attribute : element.attributes) {
      out.u32(0xffffffff);
      out.u32(attribute.resource_id != 0 ? attribute_index_.at(attribute.resource_id)
                                         : index_of(attribute.name));
      out.u32(0xffffffff);
      out.u16(8);
      out.u16(static_cast<uint16_t>(attribute.type << 8));
      out.u32(attribute.type == 3 ? index_of(attribute.text) : attribute.data);
    }
    for (const TestElement& child : element.children) this->element(child, out);
    out.u16(0x0103);
    out.u16(16);
    out.u32(24);
    out.u32(1);
    out.u32(0xffffffff);
    out.u32(0xffffffff);
    out.u32(index_of(element.name));
  }

  Buffer string_pool() const {
    LittleEndianWriter offsets;
    LittleEndianWriter data;
    for (const std::string& text : strings_) {
      offsets.u32(static_cast<uint32_t>(data.size()));
      if (utf8_) {
        data.u16(static_cast<uint16_t>(text.size() | text.size() << 8));  // both below 0x80
        data.bytes(as_bytes(text));
        data.zeros(1);
      } else {
        data.u16(static_cast<uint16_t>(text.size()));
        for (const char c : text) data.u16(static_cast<uint8_t>(c));
        data.zeros(2);
      }
    }
    data.zeros((4 - data.size() % 4) % 4);
    LittleEndianWriter out;
    out.u16(0x0001);
    out.u16(28);
    out.u32(static_cast<uint32_t>(28 + offsets.size() + data.size()));
    out.u32(static_cast<uint32_t>(strings_.size()));
    out.u32(0);
    out.u32(utf8_ ? 0x100 : 0);
    out.u32(static_cast<uint32_t>(28 + offsets.size()));
    out.u32(0);
    out.bytes(offsets.view());
    out.bytes(data.view());
    return out.take();
  }

  bool utf8_;
  std::vector<std::string> strings_;
  std::vector<uint32_t> resource_ids_;
  std::map<uint32_t, uint32_t> attribute_index_;
};

inline TestAttribute number(const char* name, uint32_t id, uint32_t value) {
  return {name, id, 0x10, value, ""};
}
inline TestAttribute text(const char* name, uint32_t id, std::string value) {
  return {name, id, 3, 0, std::move(value)};
}

struct ManifestFacts {
  uint32_t min_sdk = 24;
  bool debuggable = false;
  uint32_t target_sdk = 33;
  uint32_t target_sandbox_version = 1;
};

inline TestElement manifest_tree(const ManifestFacts& facts = {}) {
  TestElement application{"application", {text("label", 0x01010001, "Test")}, {}};
  if (facts.debuggable) {
    application.attributes.push_back({"debuggable", 0x0101000f, 0x12, 0xffffffff, ""});
  }
  TestElement manifest{
      "manifest",
      {number("versionCode", 0x0101021b, 7), text("versionName", 0x0101021c, "1.2"),
       text("package", 0, "org.example.test")},
      {{"uses-sdk",
        {number("minSdkVersion", 0x0101020c, facts.min_sdk),
         number("targetSdkVersion", 0x01010270, facts.target_sdk)},
        {}},
       application}};
  if (facts.target_sandbox_version != 1) {
    manifest.attributes.push_back(
        number("targetSandboxVersion", 0x0101054c, facts.target_sandbox_version));
  }
  return manifest;
}

}  // namespace hallmark::apk_test
