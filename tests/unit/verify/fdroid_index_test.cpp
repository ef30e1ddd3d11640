// The F-Droid index and its entry: one text for one content, and what is refused.
#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "tests/unit/verify/jar_fixtures.hpp"
#include "verify/fdroid/entry_jar.hpp"
#include "verify/fdroid/index.hpp"
#include "verify/fdroid/texts.hpp"
#include "verify/fdroid/version.hpp"

namespace hallmark {
namespace {

FdroidIndex sample_index() {
  const Json manifest = {{"versionCode", 7}, {"signer", {{"sha256", {std::string(64, 'a')}}}}};
  FdroidIndex index;
  index.repository = {"Apps", "Of a test", "https://example.org/apk", {}, "repo"};
  index.timestamp = 1'700'000'000;
  index.versions = {{"org.example.app", "app_1.apk", sha256("1"), 10, 1'600'000'000, manifest},
                    {"org.example.app", "app_0.apk", sha256("0"), 20, 1'500'000'000,
                     Json{{"versionCode", 6}, {"signer", {{"sha256", {std::string(64, 'b')}}}}}}};
  index.texts["org.example.app"] = {
      {"metadata", {{"summary", {{"de", "Grüße"}}}, {"categories", {"Phone & SMS"}}}},
      {"whatsNew", {{"7", {{"en-US", "News"}}}, {"99", {{"en-US", "Of no version"}}}}}};
  index.texts["org.example.unknown"] = {{"metadata", Json::object()}};
  return index;
}

std::string text_of(const FdroidIndex& index) {
  const auto text = write_fdroid_index(index);
  REQUIRE(text.ok());
  return *text;
}

TEST_CASE("F-Droid index: what clients find in it") {
  const Json index = Json::parse(text_of(sample_index()));
  CHECK(index["repo"]["timestamp"] == int64_t{1'700'000'000'000});
  CHECK(index["repo"]["categories"].contains("Phone & SMS"));
  CHECK_FALSE(index["repo"].contains("mirrors"));
  REQUIRE(index["packages"].size() == 1);
  const Json& app = index["packages"]["org.example.app"];
  CHECK(app["metadata"]["name"]["en-US"] == "org.example.app");
  CHECK(app["metadata"]["added"] == int64_t{1'500'000'000'000});
  CHECK(app["metadata"]["lastUpdated"] == int64_t{1'600'000'000'000});
  CHECK(app["metadata"]["preferredSigner"] == std::string(64, 'a'));
  const Json& version = app["versions"][sha256("1").hex()];
  CHECK(version["file"] ==
        Json{{"name", "/app_1.apk"}, {"sha256", sha256("1").hex()}, {"size", 10}});
  CHECK(version["whatsNew"]["en-US"] == "News");
  CHECK_FALSE(app["versions"][sha256("0").hex()].contains("whatsNew"));
}

TEST_CASE("F-Droid index: what is read of it, written again, is the same text") {
  FdroidIndex index = sample_index();
  const std::string text = text_of(index);
  const auto read = read_fdroid_index(text);
  INFO((read.ok() ? "" : read.error().message()));
  REQUIRE(read.ok());
  CHECK(read->timestamp == index.timestamp);
  index.texts = read->texts;
  CHECK(text_of(index) == text);
}

TEST_CASE("F-Droid index: the order of versions does not count") {
  FdroidIndex index = sample_index();
  const std::string text = text_of(index);
  std::swap(index.versions[0], index.versions[1]);
  CHECK(text_of(index) == text);
}

TEST_CASE("F-Droid index: other texts of the same content, and none") {
  const std::string text = text_of(sample_index());
  std::string twice = text;
  twice.insert(1, "\"packages\":{},");
  const std::string pretty = Json::parse(text).dump(1);
  for (const std::string& other :
       {twice, pretty, text + "\n", std::string(), std::string("{}"), std::string("[1]"),
        std::string(100'000, '['), text.substr(0, text.size() - 1)}) {
    CHECK_FALSE(read_fdroid_index(other).ok());
  }
}

TEST_CASE("F-Droid index: the first difference, in words") {
  const Json good = Json::parse(text_of(sample_index()));
  Json other = good;
  other["repo"]["address"] = "x";
  CHECK(fdroid_difference(other, good) ==
        "repo/address is \"x\", and not \"https://example.org/apk\"");
  other = good;
  other["packages"].clear();
  CHECK(fdroid_difference(other, good) == "packages/org.example.app is missing");
  CHECK(fdroid_difference(good, other) == "packages/org.example.app does not belong there");
}

TEST_CASE("F-Droid texts: what may be written, and what may not") {
  const auto refused = [](const Json& texts) {
    const Status checked = check_fdroid_texts(texts, "app");
    UNSCOPED_INFO(texts.dump() << (checked.ok() ? "" : checked.error().message()));
    return !checked.ok();
  };
  const std::string hex = sha256("icon").hex();
  const Json icon = {{"name", "/icons/" + hex + ".png"}, {"sha256", hex}, {"size", uint64_t{1000}}};
  CHECK_FALSE(refused({{"metadata", {{"icon", {{"en-US", icon}}}, {"license", "MIT"}}}}));
  CHECK(refused({{"metadata", {{"icon", {{"../x", icon}}}}}}));
  Json other = icon;
  other["size"] = (uint64_t{1} << 20U) + 1;
  CHECK(refused({{"metadata", {{"icon", {{"en-US", other}}}}}}));
  other = icon;
  other["name"] = "/../x.png";
  CHECK(refused({{"metadata", {{"icon", {{"en-US", other}}}}}}));
  CHECK(refused({{"metadata", {{"license", ""}}}}));
  CHECK(refused({{"metadata", {{"license", std::string(501, 'x')}}}}));
  CHECK(refused({{"metadata", {{"sourceCode", "ftp://example.org"}}}}));
  CHECK(refused({{"metadata", {{"donate", {"https://example.org/a b"}}}}}));
  CHECK(refused({{"metadata", {{"categories", Json::array({std::string(65, 'x')})}}}}));
  CHECK(refused({{"metadata", {{"added", 1}}}}));
  CHECK(refused({{"whatsNew", {{"1x", {{"en-US", "x"}}}}}}));
  CHECK(refused({{"antiFeatures", {{"a b", Json::object()}}}}));
  CHECK(refused({{"more", Json::object()}}));
  CHECK(refused(Json::array()));
}

TEST_CASE("F-Droid entry: what is written is read, and nothing else") {
  const FdroidEntry entry{1'700'000'000, sha256("index"), 5, 1};
  const std::string text = write_fdroid_entry(entry);
  const auto read = read_fdroid_entry(text);
  REQUIRE(read.ok());
  CHECK(read->sha256 == entry.sha256);
  CHECK(read->timestamp == entry.timestamp);
  for (const char* key : {"timestamp", "version", "index", "diffs"}) {
    Json less = Json::parse(text);
    less.erase(key);
    CHECK_FALSE(read_fdroid_entry(less.dump()).ok());
  }
  Json other = Json::parse(text);
  other["index"]["name"] = "/index-v2.json";
  CHECK_FALSE(read_fdroid_entry(other.dump()).ok());
}

TEST_CASE("F-Droid entry.jar: signed by one key, and with nothing else in it") {
  using namespace apk_test;
  const Sha256Digest certificate = sha256(as_text(shared_rsa_2048().certificate()));
  const auto jar_of = [](std::vector<TestFile> files) {
    TestJar jar;
    jar.files = std::move(files);
    return signed_jar(jar);
  };
  const Buffer content = {'{', '}'};
  const Buffer good = jar_of({{"entry.json", content}});
  const auto entry = read_entry_jar(good, certificate);
  INFO((entry.ok() ? "" : entry.error().message()));
  REQUIRE(entry.ok());
  CHECK(*entry == "{}");
  const auto refused = [&](const Buffer& jar) { return !read_entry_jar(jar, certificate).ok(); };
  CHECK_FALSE(read_entry_jar(good, sha256("another key")).ok());
  CHECK(refused(jar_of({{"index.json", content}})));
  CHECK(refused(jar_of({{"entry.json", content}, {"more.json", content}})));
  CHECK(refused(write_zip({stored("entry.json", content)}).file()));
  TestJar changed;
  changed.files = {{"entry.json", content}};
  changed.forge_files = [](std::vector<TestFile>& files) { files[0].content = {'[', ']'}; };
  CHECK(refused(signed_jar(changed)));
  CHECK(refused(Buffer()));
}

TEST_CASE("F-Droid facts: of a signed APK, and of none that does not verify") {
  const auto apk = apk_test::memory_file(apk_test::good_apk());
  const auto facts = fdroid_facts(apk.get(), "a.apk");
  REQUIRE(facts.ok());
  CHECK_FALSE(facts->application.empty());
  CHECK(facts->manifest["usesSdk"].contains("minSdkVersion"));
  CHECK(facts->manifest["signer"]["sha256"].size() == 1);
  auto bytes = apk_test::good_apk();
  bytes[bytes.size() / 3] ^= 1U;
  const auto forged = apk_test::memory_file(bytes);
  CHECK_FALSE(fdroid_facts(forged.get(), "b.apk").ok());
}

}  // namespace
}  // namespace hallmark
