// Finding elements and attributes in a manifest the way Android does: elements by name below the
// root, attributes by resource id, and by name alone where Android has no id for them.
//
// What is there twice and may be there once could be read in two ways: refused. Errors as in
// verify/apk/manifest.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verify/apk/xml_document.hpp"

namespace hallmark {

// An attribute as code and messages call it.
struct AttributeName {
  uint32_t resource_id = 0;  // 0: the attribute has none and goes by its name
  const char* name = "";
};

// The root's child of this name; null if there is none.
Result<const XmlElement*> only_child(const XmlDocument& document, const char* name);
std::vector<const XmlElement*> children(const XmlDocument& document, std::string_view name);

// Null if the element has no such attribute.
Result<const XmlAttribute*> attribute(const XmlDocument& document, const XmlElement& element,
                                      const AttributeName& wanted);
// A reference or a text is refused as not supported.
Result<std::optional<uint32_t>> integer_attribute(const XmlDocument& document,
                                                  const XmlElement& element,
                                                  const AttributeName& wanted);
// Nothing for a value that is not a text: Android takes no reference where a name must stand. More
// than 1024 characters are refused as not supported.
Result<std::optional<std::string>> text_attribute(const XmlDocument& document,
                                                  const XmlElement& element,
                                                  const AttributeName& wanted);

}  // namespace hallmark
