#include "verify/apk/jar_manifest.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/bytes.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxAttributes = 64;  // of a section; real ones have 2, main ones 30
constexpr std::size_t kMaxAttributeName = 70;
constexpr std::size_t kMaxSections = 0xffff;

struct Codes {
  const char* malformed;
  const char* unnamed;
  const char* duplicate;
};

const Codes& codes_of(JarFileKind kind) {
  static constexpr Codes kManifest = {"JAR_SIG_MALFORMED_MANIFEST",
                                      "JAR_SIG_UNNNAMED_MANIFEST_SECTION",
                                      "JAR_SIG_DUPLICATE_MANIFEST_SECTION"};
  static constexpr Codes kSignatureFile = {"JAR_SIG_MALFORMED_SIG_FILE",
                                           "JAR_SIG_UNNNAMED_SIG_FILE_SECTION",
                                           "JAR_SIG_DUPLICATE_SIG_FILE_SECTION"};
  return kind == JarFileKind::kManifest ? kManifest : kSignatureFile;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxAttributeName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-';
         });
}

// Takes the next line off the front, with its end; the line's text is what is returned.
std::string_view take_line(std::string_view& rest) {
  const std::size_t length = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, length);
  rest.remove_prefix(length);
  const std::size_t end = rest.starts_with("\r\n") ? 2 : 1;
  rest.remove_prefix(std::min(end, rest.size()));
  return line;
}

}  // namespace

class JarFileParser {
 public:
  JarFileParser(JarFileKind kind, std::string_view untrusted_text)
      : text_(untrusted_text), file_(kind) {
    file_.joined_.reserve(text_.size());  // views into it must stay valid
  }

  Result<JarFile> parse() {
    if (text_.size() > JarFile::kMaxSize) return file_.malformed("is larger than 32 MiB");
    if (text_.find('\0') != std::string_view::npos) return file_.malformed("contains a NUL");
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t offset = text_.size() - rest.size();
      const std::string_view line = take_line(rest);
      HALLMARK_CHECK(add_line(line, offset, text_.size() - rest.size()));
    }
    HALLMARK_CHECK(end_section(text_.size()));
    HALLMARK_CHECK(sort_sections());
    return std::move(file_);
  }

 private:
  Status add_line(std::string_view line, std::size_t offset, std::size_t end) {
    if (line.empty()) return end_section(end);
    if (line.front() == ' ') {
      if (!in_section_) return file_.malformed("continues a line that is not there");
      continue_with(line.substr(1));
      return ok_status();
    }
    if (in_section_) {
      HALLMARK_CHECK(end_attribute());
    } else {
      in_section_ = true;
      section_ = {{}, offset, 0, file_.attributes_.size(), 0};
    }
    attribute_ = line;
    is_joined_ = false;
    return ok_status();
  }

  void continue_with(std::string_view text) {
    std::vector<char>& joined = file_.joined_;
    if (!is_joined_) {
      is_joined_ = true;
      joined.insert(joined.end(), attribute_.begin(), attribute_.end());
    }
    joined.insert(joined.end(), text.begin(), text.end());
    const std::size_t size = attribute_.size() + text.size();
    attribute_ = std::string_view(joined.data() + joined.size() - size, size);
  }

  Status end_attribute() {
    const std::string_view text = attribute_;
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos || !is_attribute_name(text.substr(0, colon))) {
      return file_.malformed("has a line that is no attribute");
    }
    const std::string_view name = text.substr(0, colon);
    if (file_.value(section_, name)) return file_.malformed("has an attribute twice in a section");
    if (section_.attribute_count == kMaxAttributes) {
      return file_.malformed("has more than 64 attributes in a section");
    }
    file_.attributes_.push_back({name, text.substr(colon + 2)});
    ++section_.attribute_count;
    return ok_status();
  }

  Status end_section(std::size_t end) {
    if (!in_section_) return ok_status();
    HALLMARK_CHECK(end_attribute());
    in_section_ = false;
    section_.size = end - section_.offset;
    if (is_first_) {
      is_first_ = false;
      file_.main_ = section_;
      return ok_status();
    }
    const JarFile::Attribute& first = file_.attributes_[section_.first_attribute];
    const Codes& codes = codes_of(file_.kind_);
    if (!same_name(first.name, "Name") || first.value.empty()) {
      return verification_error(codes.unnamed, "a section does not start with a name");
    }
    if (file_.sections_.size() == kMaxSections) {
      return file_.malformed("has more sections than an archive can have entries");
    }
    section_.entry = first.value;
    file_.sections_.push_back(section_);
    return ok_status();
  }

  // Sorted and not hashed: names are others' choice, and could all have one hash.
  Status sort_sections() {
    std::vector<uint32_t>& order = file_.by_entry_;
    order.resize(file_.sections_.size());
    std::iota(order.begin(), order.end(), uint32_t{0});
    std::sort(order.begin(), order.end(),
              [this](uint32_t a, uint32_t b) { return entry_of(a) < entry_of(b); });
    const auto twice =
        std::adjacent_find(order.begin(), order.end(),
                           [this](uint32_t a, uint32_t b) { return entry_of(a) == entry_of(b); });
    if (twice == order.end()) return ok_status();
    return verification_error(
        codes_of(file_.kind_).duplicate,
        "there are two sections for '" + printable_name(entry_of(*twice)) + "'");
  }
  std::string_view entry_of(uint32_t place) const { return file_.sections_[place].entry; }

  std::string_view text_;
  JarFile file_;
  JarSection section_;
  std::string_view attribute_;  // the one that is being read
  bool is_joined_ = false;      // whether it is in file_.joined_
  bool in_section_ = false;
  bool is_first_ = true;
};

Result<JarFile> JarFile::parse(JarFileKind kind, std::span<const uint8_t> untrusted_bytes) {
  return JarFileParser(kind, as_text(untrusted_bytes)).parse();
}

std::optional<std::string_view> JarFile::value(const JarSection& section,
                                               std::string_view name) const {
  for (std::size_t i = 0; i < section.attribute_count; ++i) {
    const Attribute& attribute = attributes_[section.first_attribute + i];
    if (same_name(attribute.name, name)) return attribute.value;
  }
  return std::nullopt;
}

std::optional<std::size_t> JarFile::find(std::string_view entry) const {
  const auto found = std::lower_bound(
      by_entry_.begin(), by_entry_.end(), entry,
      [this](uint32_t place, std::string_view name) { return sections_[place].entry < name; });
  if (found == by_entry_.end() || sections_[*found].entry != entry) return std::nullopt;
  return *found;
}

Error JarFile::malformed(std::string_view why) const {
  const char* what = kind_ == JarFileKind::kManifest ? "the manifest " : "the signature file ";
  return verification_error(codes_of(kind_).malformed, what + std::string(why));
}

}  // namespace hallmark
