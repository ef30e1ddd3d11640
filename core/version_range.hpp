// Which Debian versions are meant: ">= 1.0", "<< 2.0".
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct VersionBound {
  enum class Operator { kLower, kAtMost, kEqual, kOther, kAtLeast, kHigher };
  Operator op = Operator::kEqual;
  std::string version;
};
// All of them have to hold; none: every version is meant.
using VersionRange = std::vector<VersionBound>;

// Each text is an operator, as control files have it (<<, <=, =, >=, >>) or as dpkg
// --compare-versions does (lt, le, eq, ne, ge, gt), and a version. kUsage: it is not.
Result<VersionRange> parse_version_range(const std::vector<std::string>& texts);

// By dpkg's order.
bool is_in_range(const VersionRange& range, const std::string& version);

}  // namespace hallmark
