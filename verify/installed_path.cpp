#include "verify/installed_path.hpp"

#include <algorithm>

namespace hallmark {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

std::optional<std::string> installed_path(std::string_view spelled) {
  std::string out;
  while (!spelled.empty()) {
    const std::string_view component = spelled.substr(0, spelled.find('/'));
    spelled.remove_prefix(std::min(component.size() + 1, spelled.size()));
    if (component == "..") return std::nullopt;
    if (component.empty() || component == ".") continue;
    if (!out.empty()) out += '/';
    out += component;
  }
  return out;
}

}  // namespace hallmark
