// An XML document as Android's manifest readers see it: a flat list of elements, whatever form
// (binary XML in an APK, protobuf in a bundle) it was read from.
//
// Names and texts are indices into one pool of strings, in which every character but printable
// ASCII is a '?'. All indices are within the pool.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// Types of attribute values (Res_value::dataType). Integers are 0x10 to 0x1f.
constexpr uint8_t kXmlTypeReference = 0x01;
constexpr uint8_t kXmlTypeString = 0x03;
constexpr uint8_t kXmlTypeFloat = 0x04;
constexpr uint8_t kXmlTypeFirstInteger = 0x10;
constexpr uint8_t kXmlTypeBoolean = 0x12;
constexpr uint8_t kXmlTypeLastInteger = 0x1f;

struct XmlAttribute {
  uint32_t name = 0;         // in XmlDocument::strings
  uint32_t resource_id = 0;  // what Android goes by; 0 for attributes outside its name space
  uint8_t type = 0;
  uint32_t data = 0;  // for a string: its index in XmlDocument::strings
};

// A boolean is an integer, too.
inline bool is_integer(const XmlAttribute& attribute) {
  return attribute.type >= kXmlTypeFirstInteger && attribute.type <= kXmlTypeLastInteger;
}

struct XmlElement {
  uint32_t depth = 0;  // 1 for the root
  uint32_t name = 0;   // in XmlDocument::strings; the name space is ignored, as Android does
  std::vector<XmlAttribute> attributes;
};

struct XmlDocument {
  std::vector<std::string> strings;
  std::vector<XmlElement> elements;  // in document order, the root first; never empty
};

// What both readers of documents keep to.
constexpr uint32_t kMaxManifestSize = uint32_t{4} << 20U;
constexpr uint32_t kMaxXmlDepth = 100;

inline Error malformed_manifest(std::string why) {
  return verification_error("APK_MANIFEST_MALFORMED", std::move(why));
}
inline Error unsupported_manifest(std::string why) {
  return verification_error("APK_MANIFEST_UNSUPPORTED", std::move(why));
}

// A character of any text of a manifest, as it may be shown.
inline char printable_character(uint32_t unit) {
  return unit >= 0x20 && unit <= 0x7e ? static_cast<char>(unit) : '?';
}

}  // namespace hallmark
