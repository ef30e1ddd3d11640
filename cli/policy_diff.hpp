// What another policy would change, fact by fact.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/policy.hpp"

namespace hallmark {

struct PolicyDifference {
  std::string what;                   // "suites.stable.valid_days"
  std::optional<std::string> before;  // absent: is not there
  std::optional<std::string> after;
};

// In the order of their names. Things of a list that have a name are told apart by it; lists of
// words differ word by word. Comments and order do not count.
std::vector<PolicyDifference> compare_policies(const Policy& before, const Policy& after);

// "- suites.stable.valid_days: 30" and "+ suites.stable.valid_days: 60", a line each.
std::string describe(const std::vector<PolicyDifference>& differences);
Json to_json(const std::vector<PolicyDifference>& differences);

}  // namespace hallmark
