#include "cli/suite_draft.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/model/policy.hpp"
#include "core/model/product.hpp"

namespace hallmark {
namespace {

constexpr const char* kPolicy = R"({
  "format": "hallmark-policy-v1",
  "origin": "Example", "label": "Example",
  "suites": [
    // What everybody uses.
    {"name": "stable", "codename": "bookworm", "version": "12", "components": ["main"],
     "architectures": ["amd64"], "valid_days": 30, "keys": ["0123456789ABCDEF0123456789ABCDEF01234567"]},
    {"name": "candidates", "codename": "candidates", "components": ["main"],
     "architectures": ["amd64"], "valid_days": 7, "keys": ["0123456789ABCDEF0123456789ABCDEF01234567"]} // the last
  ],
  "approvers": [
    {"name": "alice", "keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"]}
  ],
  "threshold": 1, "evidence": "reproduced",
  "thresholds": [
    {"suite": "stable", "people": 1}
  ],
  "apk_keys": [],
  "log_keys": []
}
)";

constexpr const char* kProduct = R"({
  "format": "hallmark-product-v1",
  "name": "tool",
  "origin": {"kind": "dsc", "package": "tool"},
  "environments": [{"name": "bookworm", "suite": "bookworm", "packages": ["jq"]}],
  "targets": [
    // amd64 first
    {"suite": "stable", "component": "main", "architecture": "amd64", "environment": "bookworm"},
    {"suite": "candidates", "component": "main", "architecture": "amd64", "environment": "bookworm"}
  ],
  "recipe": {"kind": "deb", "packages": ["tool"]}
}
)";

SuiteDraft draft(const std::string& environment = "") {
  return {"next", "stable", "trixie", environment};
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

TEST_CASE("a suite like another has all of its policy but its name, codename and version") {
  const auto text = policy_with_suite(kPolicy, draft());
  INFO((text.ok() ? std::string() : text.error().message()));
  REQUIRE(text.ok());
  const auto policy = parse_policy(*text, "policy");
  REQUIRE(policy.ok());
  const SuitePolicy* made = policy->suite("next");
  REQUIRE(made != nullptr);
  CHECK(made->codename == "trixie");
  CHECK(made->version.empty());
  CHECK(made->valid_days == 30);
  CHECK(made->keys == policy->suite("stable")->keys);
  CHECK(has(*text, R"(    {"suite": "next", "people": 1})"));
  CHECK(policy->suites.size() == 3);
}

TEST_CASE("what people wrote into the policy stays as it was") {
  const auto text = policy_with_suite(kPolicy, draft());
  REQUIRE(text.ok());
  CHECK(has(*text, "// What everybody uses.\n    {\"name\": \"stable\""));
  CHECK(has(*text, "}, // the last\n    {\"name\": \"next\""));
}

TEST_CASE("a suite like none, or one that is there already, is refused") {
  SuiteDraft like_none = draft();
  like_none.like = "oldstable";
  CHECK(policy_with_suite(kPolicy, like_none).error().kind == ErrorKind::kPolicy);
  SuiteDraft there = draft();
  there.name = "candidates";
  CHECK(policy_with_suite(kPolicy, there).error().kind == ErrorKind::kPolicy);
}

TEST_CASE("a product gets the targets that it has in the other suite") {
  const auto made = product_with_suite(kProduct, "tool.json", draft());
  REQUIRE((made.ok() && made->has_value()));
  const auto product = parse_product((*made)->text, "tool.json");
  REQUIRE(product.ok());
  REQUIRE(product->targets.size() == 3);
  CHECK(product->targets[2] == Target{"next", "main", "amd64", "bookworm"});
  CHECK(product->environments.size() == 1);
  CHECK_FALSE((*made)->needs_version_suffix);
  CHECK(has((*made)->text, "// amd64 first\n"));
}

TEST_CASE("for another Debian suite a product gets an environment, with the same packages") {
  const auto made = product_with_suite(kProduct, "tool.json", draft("trixie"));
  REQUIRE((made.ok() && made->has_value()));
  const auto product = parse_product((*made)->text, "tool.json");
  REQUIRE(product.ok());
  REQUIRE(product->environments.size() == 2);
  CHECK(product->environments[1].name == "trixie");
  CHECK(product->environments[1].suite == "trixie");
  CHECK(product->environments[1].packages == std::vector<std::string>{"jq"});
  CHECK(product->targets[2] == Target{"next", "main", "amd64", "trixie"});
  CHECK((*made)->needs_version_suffix);
}

TEST_CASE("an environment with a name of its own is told apart by the Debian suite") {
  std::string text = kProduct;
  for (std::size_t at = 0; (at = text.find("\"bookworm\"", at)) != std::string::npos; at += 4) {
    if (text.compare(at - 9, 9, "\"suite\": ") != 0) text.replace(at, 10, "\"base\"");
  }
  const auto made = product_with_suite(text, "tool.json", draft("trixie"));
  REQUIRE((made.ok() && made->has_value()));
  CHECK(has((*made)->text, R"({"name": "base-trixie", "suite": "trixie", "packages": ["jq"]})"));
}

TEST_CASE(
    "a product that has nothing in the other suite, or all of it in the new one, is left alone") {
  SuiteDraft other = draft();
  other.like = "oldstable";
  auto made = product_with_suite(kProduct, "tool.json", other);
  CHECK((made.ok() && !made->has_value()));
  other = draft();
  other.name = "candidates";
  made = product_with_suite(kProduct, "tool.json", other);
  CHECK((made.ok() && !made->has_value()));
}

TEST_CASE("a draft that would be no product says why") {
  std::string text = kProduct;
  text.replace(text.find("\"packages\": [\"tool\"]"), 20,
               "\"packages\": [\"tool\"], \"version_suffix\": \"+{codename}\"");
  const auto made = product_with_suite(text, "tool.json", draft("trixie-backports"));
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().kind == ErrorKind::kPolicy);
  CHECK(has(made.error().message(), "version_suffix"));
}

}  // namespace
}  // namespace hallmark
