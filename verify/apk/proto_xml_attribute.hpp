// An XmlAttribute of aapt2's Resources.proto; internal to verify/apk/proto_xml.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace hallmark {

struct ProtoAttribute {
  std::span<const uint8_t> name;
  uint32_t resource_id = 0;
  // Res_value::dataType, and what goes with it: a text for a string, else data.
  uint8_t type = 0;
  uint32_t data = 0;
  std::span<const uint8_t> text;
};

// Nothing if it is malformed, or says two things.
std::optional<ProtoAttribute> parse_proto_attribute(std::span<const uint8_t> untrusted_message);

}  // namespace hallmark
