#include "reproducible/difference_cause.hpp"

#include <algorithm>
#include <optional>

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

struct Places {
  std::size_t first;
  std::size_t second;
};

// A long text is not there by chance, in a file of any size. A short one has to be where the other
// file has the other.
constexpr std::size_t kNoChance = 8;

std::optional<Places> find_long(std::string_view a, std::string_view b, const Telltale& telltale) {
  const Places places{a.find(telltale.first), b.find(telltale.second)};
  if (places.first == std::string_view::npos || places.second == std::string_view::npos) return {};
  return places;
}

std::optional<Places> find_short(std::string_view a, std::string_view b, const Telltale& telltale) {
  for (std::size_t at = 0; (at = a.find(telltale.first, at)) != std::string_view::npos; ++at) {
    if (at < b.size() && b.substr(at).starts_with(telltale.second)) return Places{at, at};
  }
  return {};
}

}  // namespace

std::string difference_cause(std::string_view untrusted_first, std::string_view untrusted_second,
                             const std::vector<Telltale>& telltales) {
  for (const Telltale& telltale : telltales) {
    const bool is_long = std::min(telltale.first.size(), telltale.second.size()) >= kNoChance;
    const std::optional<Places> found =
        is_long ? find_long(untrusted_first, untrusted_second, telltale)
                : find_short(untrusted_first, untrusted_second, telltale);
    if (!found) continue;
    return "the build's " + telltale.name + " is in it: " + shown(untrusted_first, found->first) +
           " and " + shown(untrusted_second, found->second);
  }
  const std::size_t at = first_difference_at(untrusted_first, untrusted_second);
  return "at byte " + std::to_string(at) + " it has " + shown(untrusted_first, at) + " and " +
         shown(untrusted_second, at);
}

}  // namespace hallmark
