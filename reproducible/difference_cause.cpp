#include "reproducible/difference_cause.hpp"

#include <algorithm>

namespace hallmark {
namespace {

constexpr std::size_t kBefore = 24;  // bytes that are shown before the first that differs
constexpr std::size_t kShown = 64;

std::size_t first_difference_at(std::string_view a, std::string_view b) {
  const auto place = std::mismatch(
      a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  return static_cast<std::size_t>(place.first - a.begin());
}

std::string shown(std::string_view untrusted, std::size_t at) {
  const std::size_t begin = at < kBefore ? 0 : at - kBefore;
  std::string out(untrusted.substr(std::min(begin, untrusted.size()), kShown));
  std::replace_if(
      out.begin(), out.end(),
      [](char c) {
        return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~';
      },
      '.');
  return "\"" + out + "\"";
}

// Long enough not to be there by chance, in a file of any size; a short one has to be where the two
// begin to differ.
constexpr std::size_t kNoChance = 8;

bool has(std::string_view text, const std::string& telltale, std::size_t at) {
  if (telltale.size() >= kNoChance) return text.find(telltale) != std::string_view::npos;
  const std::size_t begin = at < kBefore ? 0 : at - kBefore;
  return text.substr(std::min(begin, text.size()), kShown).find(telltale) != std::string_view::npos;
}

}  // namespace

std::string difference_cause(std::string_view untrusted_first, std::string_view untrusted_second,
                             const std::vector<Telltale>& telltales) {
  const std::size_t at = first_difference_at(untrusted_first, untrusted_second);
  std::string words;
  for (const Telltale& telltale : telltales) {
    if (!has(untrusted_first, telltale.first, at) || !has(untrusted_second, telltale.second, at)) {
      continue;
    }
    words = "the build's " + telltale.name + " is in it; ";
    break;
  }
  return words + "at byte " + std::to_string(at) + " it has " + shown(untrusted_first, at) +
         " and " + shown(untrusted_second, at);
}

}  // namespace hallmark
