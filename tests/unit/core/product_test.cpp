// products/NAME.json: how packages are tried out before they are signed.
#include "core/model/product.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/json.hpp"

namespace hallmark {
namespace {

Json product_with_check(const Json& check) {
  return Json::parse(R"({
    "format": "hallmark-product-v1", "name": "tool",
    "origin": {"kind": "dsc", "package": "tool"},
    "environments": [{"name": "bookworm", "suite": "bookworm"}],
    "targets": [{"suite": "stable", "component": "main", "architecture": "amd64",
                 "environment": "bookworm"}],
    "recipe": {"kind": "deb", "packages": ["tool", "tool-doc"]},
    "check": )" + check.dump() +
                     "}");
}

Result<Product> parsed(const Json& product) { return parse_product(product.dump(), "tool.json"); }

CheckSpec check_of(const Json& check) {
  const auto product = parsed(product_with_check(check));
  INFO((product.ok() ? std::string() : product.error().message()));
  REQUIRE(product.ok());
  return product->check;
}

std::string cause_of(const Json& check) {
  const auto product = parsed(product_with_check(check));
  REQUIRE_FALSE(product.ok());
  CHECK(product.error().subject.find("tool.json") == 0);
  return product.error().message();
}

bool says_of(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

using Names = std::vector<std::string>;

TEST_CASE("product: all of its packages are checked where it does not say which") {
  Json product = product_with_check(Json::object());
  product.erase("check");
  const auto without = parsed(product);
  REQUIRE(without.ok());
  CHECK(without->check.packages == Names{"tool", "tool-doc"});
  CHECK(without->check.smoke.empty());
  CHECK(without->check.minutes == 30);
  CHECK(check_of(Json::object()).packages == Names{"tool", "tool-doc"});
}

TEST_CASE("product: it may check some of its packages, or none") {
  CHECK(check_of({{"packages", {"tool-doc"}}}).packages == Names{"tool-doc"});
  CHECK(check_of({{"packages", Json::array()}}).packages.empty());
  CHECK(says_of(cause_of({{"packages", {"other"}}}), "names 'other', which the recipe does not"));
  CHECK(says_of(cause_of({{"packages", "tool"}}), "must be an array of strings"));
}

TEST_CASE("product: a smoke script is its lines") {
  CHECK(check_of({{"smoke", {"tool &&", "  true"}}, {"minutes", 5U}}).smoke == "tool &&\n  true\n");
  CHECK(says_of(cause_of({{"smoke", "tool"}}), "must be an array of strings"));
  CHECK(says_of(cause_of({{"smokes", {"tool"}}}), "smokes"));
}

TEST_CASE("product: a check has a minute at least, and six hours at most") {
  CHECK(check_of({{"minutes", 360U}}).minutes == 360);
  for (const unsigned minutes : {0U, 361U}) {
    CHECK(says_of(cause_of({{"minutes", minutes}}), "must be between 1 and 360"));
  }
}

TEST_CASE("product: an app has no packages to check") {
  Json product = product_with_check(Json::object());
  product["recipe"] = {{"kind", "apk"},
                       {"script", "build.sh"},
                       {"outputs", {"app.apk"}},
                       {"package", "org.example.app"},
                       {"key", "app"}};
  const auto refused = parsed(product);
  REQUIRE_FALSE(refused.ok());
  CHECK(says_of(refused.error().message(), "only what recipe deb gives is installed"));
  product.erase("check");
  CHECK(parsed(product).ok());
}

}  // namespace
}  // namespace hallmark
