// Debian control data: paragraphs of "Name: value" fields (Debian Policy 5.1; deb822(5)).
//
// The format of Packages, Release, .dsc and of a package's own control file. Reading is stricter
// than Policy allows a reader to be, so that a text has one meaning for every program that reads
// it: UTF-8 only; no control character but tab and newline; no comments; no line of white space
// alone; a field name once in a paragraph, whatever its case. Blank lines separate paragraphs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct Deb822Paragraph {
  // In the order of the text. A name is spelled as it was. A value has no white space at the start
  // and end of its first line; each continuation line follows a '\n' with its leading white space.
  std::vector<std::pair<std::string, std::string>> fields;

  // The value, or null. Field names are compared without case.
  const std::string* find(std::string_view name) const;
};

bool same_field_name(std::string_view a, std::string_view b);

// "Name: value\n" as the field stands in a text.
std::string deb822_field(std::string_view name, std::string_view value);

struct Deb822Limits {
  std::size_t text = std::size_t{512} << 20U;      // bytes; Packages of Debian main has 50 MiB
  std::size_t paragraph = std::size_t{16} << 20U;  // bytes; a Release is one paragraph
  std::size_t fields = 256;                        // per paragraph
};

// Reads one paragraph after the other, holding one at a time. The text must outlive the reader.
class Deb822Reader {
 public:
  Deb822Reader(std::string_view untrusted_text, std::string_view subject,
               const Deb822Limits& limits = {});

  // Nothing at the end of the text. After an error the reader is not used again.
  Result<std::optional<Deb822Paragraph>> next();

 private:
  std::optional<std::string_view> take_line();
  Status add_line(std::string_view line, Deb822Paragraph& paragraph) const;
  Status start_field(std::string_view line, Deb822Paragraph& paragraph) const;
  Error malformed(std::string cause) const;

  std::string_view rest_;
  std::string subject_;
  Deb822Limits limits_;
  std::size_t line_number_ = 0;
  bool too_long_ = false;
};

Result<std::vector<Deb822Paragraph>> parse_deb822(std::string_view untrusted_text,
                                                  std::string_view subject,
                                                  const Deb822Limits& limits = {});

// The same for a text that must be exactly one paragraph, as a .dsc or a Release.
Result<Deb822Paragraph> parse_deb822_paragraph(std::string_view untrusted_text,
                                               std::string_view subject,
                                               const Deb822Limits& limits = {});

}  // namespace hallmark
