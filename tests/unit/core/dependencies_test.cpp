// What a source takes from its language's registry, in a product and in a lock.
#include "core/model/dependencies.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"

namespace hallmark {
namespace {

const Json kCargo = {{"kind", "cargo"},
                     {"lock_file", "Cargo.lock"},
                     {"url", "https://example.org/{name}/{version}"}};

Result<Product> product_with(const Json& dependencies, const std::string& origin = "git") {
  Json product = Json::parse(R"({
    "format": "hallmark-product-v1", "name": "tool",
    "environments": [{"name": "bookworm", "suite": "bookworm"}],
    "targets": [{"suite": "stable", "component": "main", "architecture": "amd64",
                 "environment": "bookworm"}],
    "recipe": {"kind": "deb", "packages": ["tool"]}})");
  product["origin"] = origin == "git" ? Json{{"kind", "git"},
                                             {"url", "https://example.org/tool"},
                                             {"tag", "v{version}"},
                                             {"signers", {"ssh-ed25519 AAAA"}}}
                                      : Json{{"kind", "dsc"}, {"package", "tool"}};
  product["dependencies"] = dependencies;
  return parse_product(product.dump(), "tool.json");
}

std::string refused(const Json& dependencies, const std::string& origin = "git") {
  const auto product = product_with(dependencies, origin);
  REQUIRE_FALSE(product.ok());
  return product.error().message();
}

std::string refused_with(const std::string& key, const Json& value) {
  Json changed = kCargo;
  changed[key] = value;
  return refused(Json::array({changed}));
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

TEST_CASE("product: dependencies name a lock file of the source and its registry") {
  const Json other = {
      {"kind", "go"}, {"lock_file", "sub/go.sum"}, {"url", "https://example.org/proxy"}};
  Json own = kCargo;
  own["lock_file"] = "own/Cargo.lock";
  own["registry"] = "https://example.org/index";
  const auto product = product_with(Json::array({kCargo, other, own}));
  INFO((product.ok() ? std::string() : product.error().message()));
  REQUIRE(product.ok());
  CHECK(product->dependencies ==
        std::vector<DependencySpec>{
            {DependencyKind::kCargo, "Cargo.lock", "https://example.org/{name}/{version}", ""},
            {DependencyKind::kGo, "sub/go.sum", "https://example.org/proxy", ""},
            {DependencyKind::kCargo, "own/Cargo.lock", "https://example.org/{name}/{version}",
             "https://example.org/index"}});
}

TEST_CASE("product: dependencies that cannot be had are refused") {
  CHECK(has(refused(Json::array()), "must not be empty"));
  CHECK(has(refused(Json::array({kCargo, kCargo})), "is named twice"));
  CHECK(has(refused(Json::array({kCargo}), "dsc"), "can only be read from the tag"));
  CHECK(has(refused_with("kind", "pip"), "must be cargo, go or npm"));
  for (const char* path : {"../Cargo.lock", "/etc/passwd", "a//b", ""}) {
    CHECK(has(refused_with("lock_file", path), "must be a relative path inside the source"));
  }
  CHECK(has(refused_with("url", "http://example.org/{name}/{version}"), "must be an https://"));
  CHECK(has(refused_with("url", "https://example.org/{name}"), "must contain {name}"));
  CHECK(has(refused_with("url", "https://example.org/{version}"), "must contain {name}"));
  CHECK(has(refused_with("kind", "go"), "and no pattern"));
}

// It is written into cargo's configuration.
TEST_CASE("product: a registry is the https address of a cargo index, and no more") {
  const std::string words = "must be the https:// address of a cargo registry's index";
  for (const char* address : {"http://example.org", "file:///x", "https://e\"]", "https://e\\"}) {
    CHECK(has(refused_with("registry", address), words));
  }
  CHECK(has(refused_with("registry", "https://e\n[source.x]"), "must be printable"));
  CHECK(has(refused(Json::array({{{"kind", "npm"},
                                  {"lock_file", "package-lock.json"},
                                  {"url", "https://example.org/{name}/{version}"},
                                  {"registry", "https://example.org"}}})),
            words));
}

TEST_CASE("lock: dependencies come back as they were written") {
  LockedDependencies locked{DependencyKind::kNpm, "package-lock.json", {}};
  locked.files.push_back({{"@a/b", "1.0.0", "sha512-x", "https://example.org/b.tgz"}, 7, {}});
  const Json written = to_json(locked);
  const auto document = JsonDocument::parse(written.dump(), "lock");
  REQUIRE(document.ok());
  ObjectReader reader(*document);
  const LockedDependencies read = read_locked_dependencies(reader);
  CHECK(to_json(read) == written);
}

}  // namespace
}  // namespace hallmark
