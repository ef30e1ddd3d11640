#include <algorithm>

#include "core/safe_path.hpp"
#include "reproducible/dependency_list.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kModFile = "/go.mod";
constexpr std::string_view kDigest = "h1:";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

bool is_letter_or_digit(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool holds_only(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return is_letter_or_digit(c) || punctuation.find(c) != std::string_view::npos;
  });
}

bool is_module_path(std::string_view path) {
  return path.size() <= 512 && SafePath::parse(path).ok() && holds_only(path, "-._~/");
}

bool is_module_version(std::string_view version) {
  return version.size() >= 2 && version.size() <= 128 && version.front() == 'v' &&
         holds_only(version, ".-+");
}

bool is_digest(std::string_view text) {
  if (!text.starts_with(kDigest)) return false;
  const auto decoded = base64_decode(text.substr(kDigest.size()));
  return decoded.ok() && decoded->size() == Sha256Digest::kSize;
}

// "MODULE VERSION[/go.mod] h1:DIGEST"
Result<ListedDependency> read_line(std::string_view line, const Error& malformed) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return malformed;
  ListedDependency one;
  one.name = line.substr(0, first);
  one.version = line.substr(first + 1, second - first - 1);
  one.integrity = line.substr(second + 1);
  std::string_view version = one.version;
  if (version.ends_with(kModFile)) version.remove_suffix(kModFile.size());
  const bool good =
      is_module_path(one.name) && is_module_version(version) && is_digest(one.integrity);
  return good ? Result<ListedDependency>(std::move(one)) : malformed;
}

}  // namespace

Result<DependencyList> read_go_sum(std::string_view untrusted_text, const std::string& subject) {
  DependencyList list;
  std::size_t number = 0;
  while (!untrusted_text.empty()) {
    const std::size_t end = untrusted_text.find('\n');
    ++number;
    const Error malformed = verification_error(
        subject, "is malformed in line " + std::to_string(number), "make it with: go mod tidy");
    if (end == std::string_view::npos) return malformed;
    HALLMARK_TRY(ListedDependency one, read_line(untrusted_text.substr(0, end), malformed));
    list.push_back(std::move(one));
    untrusted_text.remove_prefix(end + 1);
  }
  return list;
}

std::string escaped_for_go(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_upper(c)) out += '!';
    out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string path_in_go_proxy(const ListedDependency& dependency) {
  std::string_view version = dependency.version;
  const bool mod = version.ends_with(kModFile);
  if (mod) version.remove_suffix(kModFile.size());
  return escaped_for_go(dependency.name) + "/@v/" + escaped_for_go(version) +
         (mod ? ".mod" : ".zip");
}

}  // namespace hallmark
