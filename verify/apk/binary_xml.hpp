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

#include "verify/apk/xml_document.hpp"

namespace hallmark {

// Errors are of kind kVerification with the subject APK_MANIFEST_MALFORMED.
Result<XmlDocument> parse_binary_xml(std::span<const uint8_t> untrusted_bytes);

// The string pool chunk alone; internal to this parser.
Result<std::vector<std::string>> parse_xml_strings(std::span<const uint8_t> untrusted_chunk);

}  // namespace hallmark
