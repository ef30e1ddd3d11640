// What people write about an app, from a folder that several may commit to.
#include "cli/fdroid/app_texts.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "core/fd.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

class Metadata {
 public:
  Metadata() {
    fs::create_directories(at("en-US/changelogs"));
    fs::create_directories(at("en-US/images"));
    put("en-US/title.txt", "An app\n");
    folder_.write("secret.txt", "a secret");
  }
  std::string at(const std::string& name) const {
    return folder_.path("products/app/metadata/" + name);
  }
  void put(const std::string& name, const std::string& text) const {
    folder_.write("products/app/metadata/" + name, text);
  }
  void link(const std::string& target, const std::string& name) const {
    fs::create_symlink(folder_.path(target), at(name));
  }
  Result<AppTexts> read() const { return read_app_texts(folder_.path("products"), "app"); }

 private:
  test::TestFolder folder_;
};

TEST_CASE("app texts: by language, and facts") {
  const Metadata metadata;
  metadata.put("app.json", R"({"license": "MIT", "antiFeatures": {"NonFreeNet": "it asks"}})");
  metadata.put("en-US/changelogs/12.txt", "More\r\n");
  metadata.put("en-US/images/icon.png", "png");
  const auto read = metadata.read();
  INFO((read.ok() ? "" : read.error().message()));
  REQUIRE(read.ok());
  CHECK(read->texts == Json{{"metadata", {{"license", "MIT"}, {"name", {{"en-US", "An app"}}}}},
                            {"whatsNew", {{"12", {{"en-US", "More"}}}}},
                            {"antiFeatures", {{"NonFreeNet", {{"en-US", "it asks"}}}}}});
  CHECK(read->icon_locales == std::vector<std::string>{"en-US"});
}

TEST_CASE("app texts: nothing is there") {
  const test::TestFolder folder;
  fs::create_directories(folder.path("products"));
  const auto read = read_app_texts(folder.path("products"), "app");
  REQUIRE(read.ok());
  CHECK(read->texts == Json{{"metadata", Json::object()}});
}

TEST_CASE("app texts: a link publishes nothing of this machine's") {
  const Metadata metadata;
  SECTION("a text") { metadata.link("secret.txt", "en-US/short_description.txt"); }
  SECTION("the facts") { metadata.link("secret.txt", "app.json"); }
  SECTION("an icon") { metadata.link("secret.txt", "en-US/images/icon.png"); }
  SECTION("what is new") { metadata.link("secret.txt", "en-US/changelogs/12.txt"); }
  SECTION("to nowhere") { metadata.link("nowhere", "en-US/short_description.txt"); }
  SECTION("the folder of an icon") {
    fs::create_directories(metadata.at("../elsewhere"));
    metadata.put("../elsewhere/icon.png", "png");
    fs::remove(metadata.at("en-US/images"));
    metadata.link("products/app/elsewhere", "en-US/images");
  }
  const auto read = metadata.read();
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message().find("link") != std::string::npos);
}

TEST_CASE("app texts: a language that is a link is none") {
  const Metadata metadata;
  fs::create_directories(metadata.at("../elsewhere"));
  metadata.put("../elsewhere/title.txt", "a secret");
  metadata.link("products/app/elsewhere", "de");
  const auto read = metadata.read();
  REQUIRE(read.ok());
  CHECK(read->texts["metadata"]["name"] == Json{{"en-US", "An app"}});
}

TEST_CASE("app texts: facts that belong to a language, and odd files") {
  const Metadata metadata;
  std::string words;
  SECTION("a name") {
    metadata.put("app.json", R"({"name": "x"})");
    words = "has a file for each language";
  }
  SECTION("no object") {
    metadata.put("app.json", "[]");
    words = "is no object";
  }
  SECTION("no version code") {
    metadata.put("en-US/changelogs/v12.txt", "x");
    words = "is not called after a version code";
  }
  SECTION("a folder for a text") {
    fs::create_directories(metadata.at("en-US/full_description.txt"));
    words = "is not a regular file";
  }
  const auto read = metadata.read();
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message().find(words) != std::string::npos);
}

}  // namespace
}  // namespace hallmark
