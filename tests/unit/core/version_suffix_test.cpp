#include <catch2/catch_test_macros.hpp>

#include "core/model/product.hpp"

namespace hallmark {
namespace {

// A product that is built for two Debian suites.
Result<Product> with_suffix(const std::string& suffix, const std::string& suite = "trixie") {
  const Json origin{{"kind", "dsc"}, {"package", "tool"}};
  const auto environment = [](const std::string& name, const std::string& of) {
    return Json{{"name", name}, {"suite", of}};
  };
  const auto target = [](const std::string& name, const std::string& built_in) {
    return Json{{"suite", name},
                {"component", "main"},
                {"architecture", "amd64"},
                {"environment", built_in}};
  };
  const Json product{
      {"format", "hallmark-product-v1"},
      {"name", "tool"},
      {"origin", origin},
      {"environments", {environment("old", "bookworm"), environment("new", suite)}},
      {"targets", {target("oldstable", "old"), target("stable", "new")}},
      {"recipe", {{"kind", "deb"}, {"packages", {"tool"}}, {"version_suffix", suffix}}}};
  return parse_product(product.dump(), "products/tool.json");
}

TEST_CASE("a version suffix names the Debian suite that a target is built in") {
  const auto product = with_suffix("+{codename}.1");
  REQUIRE(product.ok());
  CHECK(product->version_suffix_for(product->targets[0]) == "+bookworm.1");
  CHECK(product->version_suffix_for(product->targets[1]) == "+trixie.1");
}

TEST_CASE("a version suffix need not name the suite, and may be lower than the version alone") {
  const auto product = with_suffix("~example1");
  REQUIRE(product.ok());
  CHECK(product->version_suffix_for(product->targets[1]) == "~example1");
}

TEST_CASE("a version suffix that would make no version, or another revision, is refused") {
  for (const char* suffix : {"", "{codename}", "1", "-1", "+a-1", "+a_b", "+a b", "+", "+a:1",
                             "+{suite}", "+{codename}{codename}", "+a\nb", "+$(x)"}) {
    CAPTURE(suffix);
    const auto product = with_suffix(suffix);
    REQUIRE_FALSE(product.ok());
    CHECK(product.error().message().find("version_suffix") != std::string::npos);
  }
  CHECK_FALSE(with_suffix("+" + std::string(64, 'a')).ok());
}

TEST_CASE("a suite whose name is no part of a version cannot be in a suffix") {
  CHECK_FALSE(with_suffix("+{codename}", "bookworm-backports").ok());
  CHECK(with_suffix("+bpo", "bookworm-backports").ok());
}

}  // namespace
}  // namespace hallmark
