// What a release log says of a product's versions.
#include "cli/pending.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

Json leaf(const char* kind, const char* product, const char* version) {
  return {{"kind", kind}, {"product", product}, {"version", version}};
}

TEST_CASE("pending: below an accepted version nothing is released") {
  LoggedReleases logged;
  logged.add_leaf(leaf("acceptance", "tool", "1.9"));
  logged.add_leaf(leaf("acceptance", "tool", "1.10"));
  logged.add_leaf(leaf("acceptance", "tool", "1.2"));
  logged.add_leaf(leaf("acceptance", "other", "9"));
  CHECK(logged.is_superseded({"tool", "1.9"}));
  CHECK_FALSE(logged.is_superseded({"tool", "1.10"}));
  CHECK_FALSE(logged.is_superseded({"tool", "2"}));
  CHECK_FALSE(logged.is_superseded({"third", "1"}));
}

TEST_CASE("pending: what was called back stays so") {
  LoggedReleases logged;
  logged.add_leaf(leaf("withdrawal", "tool", "1.9"));
  CHECK(logged.is_withdrawn({"tool", "1.9"}));
  CHECK_FALSE(logged.is_withdrawn({"tool", "1.10"}));
  CHECK_FALSE(logged.is_withdrawn({"other", "1.9"}));
}

TEST_CASE("pending: a leaf of any shape is read") {
  LoggedReleases logged;
  for (const Json& odd :
       {Json::object(), Json{{"kind", 3}},
        Json{{"kind", "acceptance"}, {"product", 1}, {"version", Json::array()}}}) {
    logged.add_leaf(odd);
  }
  CHECK_FALSE(logged.is_superseded({"tool", "1"}));
}

}  // namespace
}  // namespace hallmark
