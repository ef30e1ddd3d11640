#include "verify/dsc_lists.hpp"

#include <algorithm>
#include <charconv>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxFiles = 1000;
constexpr std::size_t kMd5Digits = 32;

struct Line {
  std::string_view digest;
  uint64_t size = 0;
  std::string_view name;
};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(' '); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(' ', end);
  }
  return words;
}

// " HEX SIZE NAME"
Result<Line> parse_line(std::string_view text, const std::string& subject, const char* field) {
  const std::vector<std::string_view> words = words_of(text);
  const Error malformed =
      verification_error(subject, std::string("has a malformed line in ") + field);
  if (words.size() != 3 || !is_plain_name(words[2])) return malformed;
  Line line{words[0], 0, words[2]};
  const char* end = words[1].data() + words[1].size();
  const auto size = std::from_chars(words[1].data(), end, line.size);
  if (size.ec != std::errc() || size.ptr != end) return malformed;
  return line;
}

Result<std::vector<Line>> parse_lines(std::string_view untrusted_value, const std::string& subject,
                                      const char* field) {
  std::vector<Line> lines;
  while (!untrusted_value.empty()) {
    const std::size_t end = std::min(untrusted_value.find('\n'), untrusted_value.size());
    const std::string_view text = untrusted_value.substr(0, end);
    untrusted_value.remove_prefix(std::min(end + 1, untrusted_value.size()));
    if (text.empty()) continue;  // the field's own line
    HALLMARK_TRY(const Line line, parse_line(text, subject, field));
    const auto same_name = [&](const Line& other) { return other.name == line.name; };
    if (std::any_of(lines.begin(), lines.end(), same_name) || lines.size() == kMaxFiles) {
      return verification_error(
          subject, "names " + std::string(line.name) + " twice, or too many files, in " + field);
    }
    lines.push_back(line);
  }
  if (lines.empty()) return verification_error(subject, std::string("names no files in ") + field);
  return lines;
}

bool is_md5(std::string_view text) {
  return text.size() == kMd5Digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

Result<std::vector<SourceFile>> parse_checksums(std::string_view untrusted_value,
                                                const std::string& subject) {
  constexpr const char* kField = "Checksums-Sha256";
  HALLMARK_TRY(const std::vector<Line> lines, parse_lines(untrusted_value, subject, kField));
  std::vector<SourceFile> files;
  for (const Line& line : lines) {
    const Result<Sha256Digest> digest = Sha256Digest::from_hex(line.digest);
    if (!digest.ok()) {
      return verification_error(subject, std::string("has a malformed line in ") + kField);
    }
    files.push_back({std::string(line.name), line.size, *digest});
  }
  return files;
}

Result<std::vector<Md5File>> parse_md5_files(std::string_view untrusted_value,
                                             const std::string& subject) {
  constexpr const char* kField = "Files";
  HALLMARK_TRY(const std::vector<Line> lines, parse_lines(untrusted_value, subject, kField));
  std::vector<Md5File> files;
  for (const Line& line : lines) {
    if (!is_md5(line.digest)) {
      return verification_error(subject, std::string("has a malformed line in ") + kField);
    }
    files.push_back({std::string(line.name), line.size, std::string(line.digest)});
  }
  return files;
}

}  // namespace hallmark
