// The protobuf form of XML, as in an app bundle's MODULE/manifest/AndroidManifest.xml.
//
// Source: aapt2's Resources.proto (XmlNode and what it holds):
//   XmlNode      {element 1: XmlElement | text 2; source 3}
//   XmlElement   {namespace_declaration 1 *, namespace_uri 2, name 3, attribute 4 *, child 5 *}
//   XmlAttribute {namespace_uri 1, name 2, value 3, source 4, resource_id 5, compiled_item 6: Item}
//   Item         {ref 1 | str 2 | raw_str 3 | styled_str 4 | file 5 | id 6 | prim 7; more}
//   Primitive    {null 1 | empty 2 | float 3 | … | int_decimal 6 | int_hexadecimal 7 | boolean 8 |
//                 colours 9 to 12 | dimension 13 | fraction 14}
// Fields of other numbers are skipped, as every reader does. Two of what there may be one of is
// refused, where protobuf's own readers would take the last; so is a text whose two copies (value
// and compiled item) differ. Limits: 4 MiB, 100 levels, 65,536 elements and attributes together.
#pragma once

#include <cstdint>
#include <span>

#include "verify/apk/xml_document.hpp"

namespace hallmark {

// Errors are of kind kVerification with the subject APK_MANIFEST_MALFORMED.
Result<XmlDocument> parse_proto_xml(std::span<const uint8_t> untrusted_message);

}  // namespace hallmark
