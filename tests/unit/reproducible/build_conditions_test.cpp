#include "reproducible/build_conditions.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST_CASE("two builds differ in all that a reproducible build must not depend on") {
  const auto conditions = build_conditions({0, 1, 2, 3}, false);
  const auto names = differing_conditions(conditions[0], conditions[1]);
  for (const char* name : {"path", "time zone", "locale", "umask", "hostname", "CPU count",
                           "parallel jobs", "user", "HOME", "PATH", "year"}) {
    CAPTURE(name);
    CHECK(holds(names, name));
  }
  CHECK(conditions[0].cpus == std::vector<unsigned>{0});
  CHECK(conditions[1].cpus == std::vector<unsigned>{0, 1, 2, 3});
  CHECK(conditions[0].folder.size() != conditions[1].folder.size());
}

TEST_CASE("a condition that could not be varied is not claimed") {
  const auto conditions = build_conditions({5}, true);
  const auto names = differing_conditions(conditions[0], conditions[1]);
  CHECK_FALSE(holds(names, "CPU count"));
  CHECK_FALSE(holds(names, "year"));
  CHECK(holds(names, "parallel jobs"));
  CHECK(differing_conditions(conditions[0], conditions[0]).empty());
}

}  // namespace
}  // namespace hallmark
