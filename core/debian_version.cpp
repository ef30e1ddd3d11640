#include "core/debian_version.hpp"

#include <algorithm>
#include <cstddef>

namespace hallmark {
namespace {

constexpr std::size_t kNameLimit = 128;
constexpr std::size_t kArchitectureLimit = 64;
constexpr std::size_t kEpochDigits = 9;  // dpkg keeps the epoch in an int

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool consists_of_alphanumerics_and(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || is_letter(c) || punctuation.find(c) != std::string_view::npos;
  });
}

struct Parts {
  std::string_view epoch;  // digits
  std::string_view upstream;
  std::string_view revision;
  bool has_epoch = false;
  bool has_revision = false;
};

Parts split(std::string_view version) {
  Parts parts;
  const std::size_t colon = version.find(':');
  parts.has_epoch = colon != std::string_view::npos;
  if (parts.has_epoch) {
    parts.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const std::size_t hyphen = version.rfind('-');
  parts.has_revision = hyphen != std::string_view::npos;
  parts.upstream = version.substr(0, hyphen);
  if (parts.has_revision) parts.revision = version.substr(hyphen + 1);
  return parts;
}

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), wanted);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// Compares digits as a number of any length.
std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

// Where a character sorts in the parts between numbers: '~' before the end of the part, the end
// before letters, letters before everything else.
int weight(char c) {
  if (c == '~') return -1;
  if (is_letter(c)) return static_cast<unsigned char>(c);
  return static_cast<unsigned char>(c) + 256;
}

std::weak_ordering compare_text(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const int left = i < a.size() ? weight(a[i]) : 0;
    const int right = i < b.size() ? weight(b[i]) : 0;
    if (left != right) return left <=> right;
  }
  return std::weak_ordering::equivalent;
}

// Alternates between a part of other characters and a number, as dpkg's verrevcmp does.
std::weak_ordering compare_parts(std::string_view a, std::string_view b) {
  const auto is_other = [](char c) { return !is_digit(c); };
  while (!a.empty() || !b.empty()) {
    const auto text = compare_text(take_while(a, is_other), take_while(b, is_other));
    if (text != 0) return text;
    const auto number = compare_numbers(take_while(a, is_digit), take_while(b, is_digit));
    if (number != 0) return number;
  }
  return std::weak_ordering::equivalent;
}

}  // namespace

bool is_debian_version(std::string_view version) {
  if (version.size() > kNameLimit) return false;
  const Parts parts = split(version);
  if (parts.has_epoch) {
    if (parts.epoch.empty() || parts.epoch.size() > kEpochDigits) return false;
    if (!std::all_of(parts.epoch.begin(), parts.epoch.end(), is_digit)) return false;
  }
  if (parts.upstream.empty() || !is_digit(parts.upstream.front())) return false;
  if (!consists_of_alphanumerics_and(parts.upstream, ".+-~")) return false;
  if (!parts.has_revision) return true;
  return !parts.revision.empty() && consists_of_alphanumerics_and(parts.revision, ".+~");
}

std::weak_ordering compare_debian_versions(std::string_view a, std::string_view b) {
  const Parts left = split(a);
  const Parts right = split(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_parts(left.upstream, right.upstream); order != 0) return order;
  return compare_parts(left.revision, right.revision);
}

std::string_view without_epoch(std::string_view version) {
  const std::size_t colon = version.find(':');
  return colon == std::string_view::npos ? version : version.substr(colon + 1);
}

std::string_view epoch_of(std::string_view version) {
  const std::size_t colon = version.find(':');
  return colon == std::string_view::npos ? std::string_view() : version.substr(0, colon);
}

bool is_debian_package_name(std::string_view name) {
  if (name.size() < 2 || name.size() > kNameLimit) return false;
  if (!is_lower(name.front()) && !is_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool is_debian_architecture(std::string_view architecture) {
  if (architecture.empty() || architecture.size() > kArchitectureLimit) return false;
  if (!is_lower(architecture.front()) && !is_digit(architecture.front())) return false;
  const bool plain = std::all_of(architecture.begin(), architecture.end(),
                                 [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  return plain && architecture != "any" && !architecture.starts_with("any-") &&
         !architecture.ends_with("-any") && architecture.find("-any-") == std::string_view::npos;
}

}  // namespace hallmark
