#include "core/model/bundle.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

using namespace hallmark;

namespace {

BundleManifest sample() {
  BundleManifest manifest;
  manifest.counter = 7;
  manifest.locks = {{"figlet", "2.2.5-3", sha256("a")}, {"hello", "1:1.0", sha256("b")}};
  manifest.files = {{Sha256Digest(), 0, ""}, {sha256("1"), 1, std::string(40, 'a')}};
  return manifest;
}

Result<BundleManifest> parsed(const Json& json) {
  return parse_bundle_manifest(json.dump(), kBundleManifestName);
}

// That the sample is refused, with these words, after a change.
template <typename Change>
bool refused_after(const Change& change, const std::string& words) {
  Json json = to_json(sample());
  change(json);
  const auto result = parsed(json);
  REQUIRE(!result.ok());
  INFO(result.error().message());
  const bool said = result.error().message().find(words) != std::string::npos;
  CHECK(said);
  return said;
}

}  // namespace

TEST_CASE("a bundle's manifest comes out of its JSON as it went in") {
  const BundleManifest manifest = sample();
  const auto read = parsed(to_json(manifest));
  REQUIRE(read.ok());
  CHECK(to_json(*read) == to_json(manifest));
  CHECK(bundled_name(read->files[1]) == "sha256-" + sha256("1").hex());
  CHECK(read->files[0].tag_object.empty());
  CHECK(to_json(manifest)["files"][0].count("git") == 0);
}

TEST_CASE("forged manifests of bundles") {
  refused_after([](Json& json) { json["exporter"] = "A" + std::string(31, '0'); }, "exporter");
  refused_after([](Json& json) { json["exporter"] = "00"; }, "exporter");
  refused_after([](Json& json) { json["counter"] = 0U; }, "counter");
  refused_after([](Json& json) { json["counter"] = -1; }, "counter");
  refused_after([](Json& json) { json["counter"] = 1'000'000'001U; }, "counter");
  refused_after([](Json& json) { json["locks"] = Json::array(); }, "locks");
  refused_after([](Json& json) { json["locks"][0]["product"] = "../figlet"; }, "product");
  refused_after([](Json& json) { json["locks"][0]["version"] = "1/2"; }, "version");
  refused_after([](Json& json) { std::swap(json["locks"][0], json["locks"][1]); }, "sorted");
  refused_after([](Json& json) { json["locks"].push_back(json["locks"][1]); }, "sorted");
  refused_after([](Json& json) { json["files"] = Json::array(); }, "files");
  refused_after([](Json& json) { json["files"][0]["sha256"] = "../" + std::string(61, '0'); },
                "sha256");
  refused_after([](Json& json) { std::swap(json["files"][0], json["files"][1]); }, "sorted");
  refused_after([](Json& json) { json["files"].push_back(json["files"][1]); }, "sorted");
  refused_after([](Json& json) { json["files"][0]["size"] = -1; }, "size");
  refused_after([](Json& json) { json["files"][0]["size"] = kMaxBundledSize + 1; }, "size");
  refused_after([](Json& json) { json["files"][1]["git"] = "../../etc/passwd"; }, "git");
  refused_after([](Json& json) { json["files"][0]["git"] = std::string(40, 'a'); }, "twice");
  refused_after([](Json& json) { json["files"][0]["name"] = "x"; }, "name");
}

TEST_CASE("a bundle's manifest of too many locks or files") {
  BundleManifest manifest = sample();
  SECTION("locks") {
    manifest.locks.clear();
    for (int i = 0; i < 65; ++i) manifest.locks.push_back({"p", std::to_string(100 + i), {}});
  }
  SECTION("files") {
    manifest.files.clear();
    for (uint32_t i = 0; i < 50'001; ++i) {
      std::array<uint8_t, 32> digest{};
      digest[0] = static_cast<uint8_t>(i >> 16U);
      digest[1] = static_cast<uint8_t>(i >> 8U);
      digest[2] = static_cast<uint8_t>(i);
      manifest.files.push_back({Sha256Digest(digest), 1, ""});
    }
  }
  const auto result = parsed(to_json(manifest));
  REQUIRE(!result.ok());
  INFO(result.error().message());
  CHECK(result.error().message().find("more than") != std::string::npos);
}
