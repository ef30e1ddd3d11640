// Files of a JAR signature that consist of sections: META-INF/MANIFEST.MF and *.SF.
//
// Source: JAR File Specification, "JAR Manifest" and "Signature File". A line is "Name: value";
// lines end with CR LF, LF or CR; a line that starts with a space continues the one before; an
// empty line ends a section. The first section is about the whole, every other one about the entry
// that its first line names.
//
// Android's parsers, apksig's and Java's differ in what they take. Refused here is what they do not
// all read in the same way: NUL, lines without ": ", names of attributes that are not 1 to 70 of
// [A-Za-z0-9_-], continuations of nothing, one attribute or one section twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

enum class JarFileKind { kManifest, kSignatureFile };

struct JarSection {
  std::string_view entry;  // the entry that it is about; empty for the main section
  // In the file, from the first line to the empty line that ends the section: what digests cover.
  std::size_t offset = 0;
  std::size_t size = 0;
  std::size_t first_attribute = 0;
  std::size_t attribute_count = 0;
};

class JarFile {
 public:
  // Larger files are refused: 65,535 entries with names of 400 bytes.
  static constexpr uint32_t kMaxSize = 32U << 20U;

  // Refused (kVerification): JAR_SIG_MALFORMED_…, JAR_SIG_UNNNAMED_… and
  // JAR_SIG_DUPLICATE_…SECTION. (The third N is apksigner's.) What it returns points into the
  // bytes, which must stay.
  static Result<JarFile> parse(JarFileKind kind, std::span<const uint8_t> untrusted_bytes);

  const JarSection& main() const { return main_; }
  const std::vector<JarSection>& sections() const { return sections_; }
  // The place in sections() of the one about this entry.
  std::optional<std::size_t> find(std::string_view entry) const;
  // The value of the section's attribute; case of letters does not matter in names.
  std::optional<std::string_view> value(const JarSection& section, std::string_view name) const;

  // A refusal of the file for what it says.
  Error malformed(std::string_view why) const;

 private:
  friend class JarFileParser;
  struct Attribute {
    std::string_view name;
    std::string_view value;
  };

  explicit JarFile(JarFileKind kind) : kind_(kind) {}

  JarFileKind kind_;
  // Attributes of several lines, each as one. Views point into it, or into the file's bytes.
  std::vector<char> joined_;
  std::vector<Attribute> attributes_;
  JarSection main_;
  std::vector<JarSection> sections_;
  std::vector<uint32_t> by_entry_;  // places in sections_, sorted by what the section is about
};

}  // namespace hallmark
