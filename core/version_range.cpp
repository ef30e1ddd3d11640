#include "core/version_range.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/debian_version.hpp"

namespace hallmark {
namespace {

using Operator = VersionBound::Operator;

constexpr std::array<std::pair<std::string_view, Operator>, 11> kOperators = {{
    {"<<", Operator::kLower},
    {"<=", Operator::kAtMost},
    {"=", Operator::kEqual},
    {">=", Operator::kAtLeast},
    {">>", Operator::kHigher},
    {"lt", Operator::kLower},
    {"le", Operator::kAtMost},
    {"eq", Operator::kEqual},
    {"ne", Operator::kOther},
    {"ge", Operator::kAtLeast},
    {"gt", Operator::kHigher},
}};

bool holds(Operator op, std::weak_ordering order) {
  switch (op) {
    case Operator::kLower:
      return order < 0;
    case Operator::kAtMost:
      return order <= 0;
    case Operator::kEqual:
      return order == 0;
    case Operator::kOther:
      return order != 0;
    case Operator::kAtLeast:
      return order >= 0;
    case Operator::kHigher:
      return order > 0;
  }
  return false;
}

}  // namespace

Result<VersionRange> parse_version_range(const std::vector<std::string>& texts) {
  VersionRange range;
  for (const std::string& text : texts) {
    const std::size_t end = text.find(' ');
    const std::string name = text.substr(0, end);
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    const std::string version = end == std::string::npos ? "" : text.substr(end + 1);
    if (found == kOperators.end() || !is_debian_version(version)) {
      return usage_error("'" + text + "'", "is no operator and version",
                         "for example: --version '>= 1.0' (<<, <=, =, >=, >>, ne)");
    }
    range.push_back({found->second, version});
  }
  return range;
}

bool is_in_range(const VersionRange& range, const std::string& version) {
  return std::all_of(range.begin(), range.end(), [&](const VersionBound& bound) {
    return holds(bound.op, compare_debian_versions(version, bound.version));
  });
}

}  // namespace hallmark
