#include "reproducible/fetch_request.hpp"

#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

void refused_request(const Json& body, const std::string& words) {
  const auto request = read_fetch_request(body);
  REQUIRE(!request.ok());
  says(request.error().message(), words);
}

}  // namespace

TEST_CASE("the requests of hallmark-fetch are read") {
  const auto imports = read_fetch_request(
      {{"type", "import-bundle"}, {"releases", {{{"lock", "L"}, {"product", "P"}}}}});
  REQUIRE(imports.ok());
  REQUIRE(imports->releases.size() == 1);
  CHECK(imports->releases[0].lock == "L");
  CHECK(imports->releases[0].product == "P");
  CHECK(read_fetch_request({{"type", "bundle-contents"}}).ok());
  CHECK(read_fetch_request({{"type", "pin"}, {"product", "P"}, {"version", "1"}}).ok());
  CHECK(read_fetch_request({{"type", "fetch"}, {"product", "P"}, {"lock", "L"}, {"keyring", "K"}})
            .ok());
  CHECK(read_fetch_request({{"type", "updates"}, {"product", "P"}, {"lock", "L"}}).ok());
}

TEST_CASE("requests that hallmark-fetch does not have") {
  refused_request({{"type", "run"}}, "must be pin, fetch");
  refused_request({{"type", "fetch"}, {"product", "P"}}, "lock");
  refused_request({{"type", "export-bundle"}}, "releases");
  refused_request({{"type", "export-bundle"}, {"releases", Json::array()}}, "releases");
  refused_request({{"type", "import-bundle"}, {"releases", {{{"lock", "L"}}}}}, "product");
  refused_request({{"type", "bundle-contents"}, {"path", "/etc"}}, "path");
}

}  // namespace hallmark
