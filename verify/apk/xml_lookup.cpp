#include "verify/apk/xml_lookup.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxName = 1024;

bool is(const XmlDocument& document, const XmlAttribute& candidate, const AttributeName& wanted) {
  if (wanted.resource_id != 0) return candidate.resource_id == wanted.resource_id;
  return document.strings[candidate.name] == wanted.name;
}

// The same attribute under the number of another package. A table in the application's resources
// can say that this number is the framework's, and devices follow it; the application's own (0x7f)
// is never looked up there.
bool may_become(const XmlAttribute& candidate, const AttributeName& wanted) {
  constexpr uint32_t kEntry = 0x00ffffff;
  constexpr uint32_t kOwnPackage = 0x7f;
  return wanted.resource_id != 0 && candidate.resource_id != wanted.resource_id &&
         (candidate.resource_id & kEntry) == (wanted.resource_id & kEntry) &&
         candidate.resource_id >> 24U != kOwnPackage;
}

}  // namespace

Result<const XmlElement*> only_child(const XmlDocument& document, const char* name) {
  const std::vector<const XmlElement*> found = children(document, name);
  if (found.size() > 1) return malformed_manifest(std::string("there are two <") + name + ">");
  return found.empty() ? nullptr : found.front();
}

std::vector<const XmlElement*> children(const XmlDocument& document, std::string_view name) {
  std::vector<const XmlElement*> found;
  for (const XmlElement& element : document.elements) {
    if (element.depth == 2 && document.strings[element.name] == name) found.push_back(&element);
  }
  return found;
}

Result<const XmlAttribute*> attribute(const XmlDocument& document, const XmlElement& element,
                                      const AttributeName& wanted) {
  const XmlAttribute* found = nullptr;
  for (const XmlAttribute& candidate : element.attributes) {
    if (may_become(candidate, wanted)) {
      return malformed_manifest(std::string(wanted.name) + " is there for another package");
    }
    if (!is(document, candidate, wanted)) continue;
    if (found != nullptr) return malformed_manifest(std::string(wanted.name) + " is there twice");
    found = &candidate;
  }
  return found;
}

Result<std::optional<uint32_t>> integer_attribute(const XmlDocument& document,
                                                  const XmlElement& element,
                                                  const AttributeName& wanted) {
  HALLMARK_TRY(const XmlAttribute* found, attribute(document, element, wanted));
  if (found == nullptr) return std::optional<uint32_t>();
  if (!is_integer(*found)) {
    return unsupported_manifest(std::string(wanted.name) +
                                " is a reference or a text, not a number");
  }
  return std::optional<uint32_t>(found->data);
}

Result<std::optional<std::string>> text_attribute(const XmlDocument& document,
                                                  const XmlElement& element,
                                                  const AttributeName& wanted) {
  HALLMARK_TRY(const XmlAttribute* found, attribute(document, element, wanted));
  if (found == nullptr || found->type != kXmlTypeString) return std::optional<std::string>();
  const std::string& text = document.strings[found->data];
  if (text.size() > kMaxName) {
    return unsupported_manifest(std::string(wanted.name) + " is longer than 1024 characters");
  }
  return std::optional<std::string>(text);
}

}  // namespace hallmark
