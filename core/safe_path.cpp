#include "core/safe_path.hpp"

#include <algorithm>

namespace hallmark {
namespace {

bool is_safe_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= 255;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool starts_plain_and_holds(std::string_view name, std::string_view punctuation) {
  if (name.empty() || name.size() > 128 || !is_letter_or_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [punctuation](char c) {
    return is_letter_or_digit(c) || punctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<SafePath> SafePath::parse(std::string_view untrusted_path) {
  const Error refused = verification_error("path", "is empty, absolute, too long or would escape");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (untrusted_path.empty() || untrusted_path.size() > 4096 ||
      std::any_of(untrusted_path.begin(), untrusted_path.end(), is_control)) {
    return refused;
  }
  std::string_view rest = untrusted_path;
  for (;;) {
    const std::size_t slash = rest.find('/');
    if (!is_safe_part(rest.substr(0, slash))) return refused;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return SafePath(std::string(untrusted_path));
}

std::string SafePath::file_name() const { return path_.substr(path_.rfind('/') + 1); }

bool is_plain_name(std::string_view name) { return starts_plain_and_holds(name, "+-._~"); }

bool is_version_name(std::string_view version) { return starts_plain_and_holds(version, "+-._~:"); }

}  // namespace hallmark
