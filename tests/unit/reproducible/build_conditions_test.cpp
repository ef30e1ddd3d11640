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

TEST_CASE("what differed can be found again in what was built") {
  const auto conditions = build_conditions({0, 1}, false);
  const auto all = telltales(conditions[0], conditions[1], 1'790'000'000);  // in 2026
  const auto of = [&](const std::string& name) {
    return *std::find_if(all.begin(), all.end(),
                         [&](const Telltale& each) { return each.name == name; });
  };
  CHECK(of("path").first == conditions[0].folder);
  CHECK(of("path").second == conditions[1].folder);
  CHECK(of("year").first == "2026");
  CHECK(of("year").second == "2027");
  CHECK(of("year, as a number,").first == std::string("\xea\x07\0\0", 4));
  const auto same = build_conditions({0, 1}, true);
  for (const Telltale& each : telltales(same[0], same[1], 1'790'000'000)) {
    CHECK(each.name.find("year") == std::string::npos);
  }
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
