#include "core/deb822.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kFieldNameLimit = 128;
constexpr std::string_view kBlanks = " \t";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_field_name(std::string_view name) {
  if (name.empty() || name.size() > kFieldNameLimit) return false;
  if (name.front() == '-' || name.front() == '#') return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool has_control_character(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* Deb822Paragraph::find(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (same_field_name(field_name, name)) return &value;
  }
  return nullptr;
}

std::string deb822_field(std::string_view name, std::string_view value) {
  std::string text(name);
  text += ':';
  if (!value.empty() && value.front() != '\n') text += ' ';
  text += value;
  text += '\n';
  return text;
}

Deb822Reader::Deb822Reader(std::string_view untrusted_text, std::string_view subject,
                           const Deb822Limits& limits)
    : rest_(untrusted_text),
      subject_(subject),
      limits_(limits),
      too_long_(untrusted_text.size() > limits.text) {}

Error Deb822Reader::malformed(std::string cause) const {
  return failed(subject_ + ", line " + std::to_string(line_number_), std::move(cause));
}

std::optional<std::string_view> Deb822Reader::take_line() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  ++line_number_;
  return line;
}

Result<std::optional<Deb822Paragraph>> Deb822Reader::next() {
  if (too_long_) return failed(subject_, "is longer than the limit");
  Deb822Paragraph paragraph;
  std::size_t size = 0;
  while (const std::optional<std::string_view> line = take_line()) {
    if (line->empty()) {
      if (paragraph.fields.empty()) continue;
      break;
    }
    size += line->size() + 1;
    if (size > limits_.paragraph) return malformed("the paragraph is longer than the limit");
    HALLMARK_CHECK(add_line(*line, paragraph));
  }
  if (paragraph.fields.empty()) return std::optional<Deb822Paragraph>();
  return std::optional<Deb822Paragraph>(std::move(paragraph));
}

Status Deb822Reader::add_line(std::string_view line, Deb822Paragraph& paragraph) const {
  if (has_control_character(line)) return malformed("holds a control character");
  if (!is_utf8(line)) return malformed("is not UTF-8");
  if (line.front() != ' ' && line.front() != '\t') return start_field(line, paragraph);
  if (trim(line).empty()) return malformed("is a line of white space");
  if (paragraph.fields.empty()) return malformed("continues a field that has not begun");
  std::string& value = paragraph.fields.back().second;
  value += '\n';
  value += line;
  return ok_status();
}

Status Deb822Reader::start_field(std::string_view line, Deb822Paragraph& paragraph) const {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("is not a field: there is no colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_field_name(name)) return malformed("the field's name is not valid");
  if (paragraph.find(name) != nullptr) {
    return malformed("the field " + std::string(name) + " is there twice");
  }
  if (paragraph.fields.size() >= limits_.fields)
    return malformed("the paragraph has too many fields");
  paragraph.fields.emplace_back(name, trim(line.substr(colon + 1)));
  return ok_status();
}

Result<std::vector<Deb822Paragraph>> parse_deb822(std::string_view untrusted_text,
                                                  std::string_view subject,
                                                  const Deb822Limits& limits) {
  Deb822Reader reader(untrusted_text, subject, limits);
  std::vector<Deb822Paragraph> paragraphs;
  for (;;) {
    HALLMARK_TRY(std::optional<Deb822Paragraph> paragraph, reader.next());
    if (!paragraph) return paragraphs;
    paragraphs.push_back(std::move(*paragraph));
  }
}

Result<Deb822Paragraph> parse_deb822_paragraph(std::string_view untrusted_text,
                                               std::string_view subject,
                                               const Deb822Limits& limits) {
  Deb822Reader reader(untrusted_text, subject, limits);
  HALLMARK_TRY(std::optional<Deb822Paragraph> paragraph, reader.next());
  if (!paragraph) return failed(std::string(subject), "is empty");
  HALLMARK_TRY(const std::optional<Deb822Paragraph> second, reader.next());
  if (second) return failed(std::string(subject), "has more than one paragraph");
  return std::move(*paragraph);
}

}  // namespace hallmark
