// Android's binary XML, as in an APK's AndroidManifest.xml: a string pool, a map from attribute
// names to resource ids, and a flat stream of element starts and ends.
//
// Source: ResourceTypes.h of Android's libandroidfw. All integers are little-endian; chunks are
// {u16 type, u16 header size, u32 size}. Limits: 4 MiB of input, 16 MiB of decoded strings, 100
// levels, one string pool and one resource map, exactly one root element. Unknown chunks are
// skipped, as Android does. References to resources are not resolved.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

constexpr uint32_t kMaxBinaryXmlSize = uint32_t{4} << 20U;

// Types of attribute values (Res_value::dataType). Integers are 0x10 to 0x1f.
constexpr uint8_t kXmlTypeString = 0x03;
constexpr uint8_t kXmlTypeFirstInteger = 0x10;
constexpr uint8_t kXmlTypeLastInteger = 0x1f;

struct XmlAttribute {
  uint32_t name = 0;         // in BinaryXml::strings
  uint32_t resource_id = 0;  // what Android goes by; 0 for attributes outside its name space
  uint8_t type = 0;
  uint32_t data = 0;  // for a string: its index in BinaryXml::strings
};

struct XmlElement {
  uint32_t depth = 0;  // 1 for the root
  uint32_t name = 0;   // in BinaryXml::strings; the name space is ignored, as Android does
  std::vector<XmlAttribute> attributes;
};

struct BinaryXml {
  std::vector<std::string> strings;  // printable ASCII; every other character is a '?'
  std::vector<XmlElement> elements;  // in document order; all indices above are within `strings`
};

// Errors are of kind kVerification with the subject APK_MANIFEST_MALFORMED.
Result<BinaryXml> parse_binary_xml(std::span<const uint8_t> untrusted_bytes);

// The string pool chunk alone; internal to this parser.
Result<std::vector<std::string>> parse_xml_strings(std::span<const uint8_t> untrusted_chunk);

inline Error malformed_manifest(std::string why) {
  return verification_error("APK_MANIFEST_MALFORMED", std::move(why));
}

}  // namespace hallmark
