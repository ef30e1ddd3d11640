// Ranges of versions are what dpkg --compare-versions makes of them.
#include "core/version_range.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

bool dpkg_says(const std::string& version, const std::string& op, const std::string& bound) {
  return test::run_tool(
             "/bin/sh",
             {"-c", "dpkg --compare-versions \"$0\" \"$1\" \"$2\" && echo yes || echo no", version,
              op, bound}) == "yes\n";
}

TEST_CASE("version range: as dpkg compares") {
  for (const std::string op : {"<<", "<=", "=", ">=", ">>", "lt", "le", "eq", "ne", "ge", "gt"}) {
    for (const std::string bound : {"1.0", "1:0.5-1", "2~rc1"}) {
      const auto range = parse_version_range({op + " " + bound});
      REQUIRE(range.ok());
      for (const std::string version : {"0.9", "1.0", "1.0-0", "1.00", "2~rc1-1", "2", "1:0.5-1"}) {
        INFO(version << " " << op << " " << bound);
        CHECK(is_in_range(*range, version) == dpkg_says(version, op, bound));
      }
    }
  }
}

TEST_CASE("version range: all bounds have to hold, and none is no bound") {
  const auto range = parse_version_range({">= 1.0", "<< 2.0"});
  REQUIRE(range.ok());
  CHECK(is_in_range(*range, "1.5"));
  CHECK_FALSE(is_in_range(*range, "2.0"));
  CHECK_FALSE(is_in_range(*range, "0.5"));
  CHECK(is_in_range({}, "0.5"));
}

TEST_CASE("version range: anything else is refused") {
  for (const std::string text :
       {"", "1.0", ">=1.0", "> 1.0", "=> 1.0", ">= ", ">=  1.0", ">= 1/0", ">= a b", "like 1.0"}) {
    INFO(text);
    const auto range = parse_version_range({text});
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().kind == ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace hallmark
