// Whole builds, in the real sandbox with a tiny environment.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

using build_test::said;
using build_test::TinyBuild;

std::string refusal(const std::string& script) {
  TinyBuild build(script);
  const auto result = build.run();
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().kind == ErrorKind::kVerification);
  return said(result.error());
}

bool contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

TEST_CASE("a reproducible build gives its artefacts and says what was varied") {
  TinyBuild build("cat build.sh > \"$OUT/app.apk\"\n");
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  REQUIRE(result.ok());
  REQUIRE(result->artefacts.size() == 1);
  CHECK(result->artefacts[0].name == "app.apk");
  CHECK(result->artefacts[0].digest.sha256 == sha256("cat build.sh > \"$OUT/app.apk\"\n"));
  for (const char* varied : {"path", "time zone", "locale", "umask", "hostname"}) {
    CAPTURE(varied);
    CHECK(std::count(result->variations.begin(), result->variations.end(), varied) == 1);
  }
  CHECK(build.steps == std::vector<std::string>{"build 1/2", "build 2/2", "compare"});
  CHECK(std::filesystem::is_empty(build.folder().path("work")));
}

TEST_CASE("a recipe's script gets the release's variables, and a tree dated as the release") {
  TinyBuild build(
      "echo $HALLMARK_VERSION $HALLMARK_TAG $HALLMARK_DATE $SOURCE_DATE_EPOCH > \"$OUT/app.apk\"\n"
      "echo $HALLMARK_COMMIT >> \"$OUT/app.apk\"\n"
      "date -u -r build.sh +%F >> \"$OUT/app.apk\"\n");
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  REQUIRE(result.ok());
  CHECK(result->artefacts[0].digest.sha256 ==
        sha256("1.0 v1.0 2023-11-14 1700000000\n" + std::string(40, 'c') + "\n2023-11-14\n"));
}

TEST_CASE("in another year files keep the order in which they were made") {
  TinyBuild build(
      "touch made; touch -d '1 second ago' older; touch -d '1 second' newer\n"
      "if [ made -nt older ]; then echo 1; fi > \"$OUT/app.apk\"\n"
      "if [ newer -nt made ]; then echo 2; fi >> \"$OUT/app.apk\"\n"
      "touch later; if [ later -ot newer ]; then echo 3; fi >> \"$OUT/app.apk\"\n");
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  REQUIRE(result.ok());
  CHECK(result->artefacts[0].digest.sha256 == sha256("1\n2\n3\n"));
  CHECK(std::count(result->variations.begin(), result->variations.end(), "year") == 1);
}

TEST_CASE("a product that cannot bear another year is built in this one, and claims no other") {
  TinyBuild build("date -u +%Y > \"$OUT/app.apk\"\n");
  build.product.recipe.same_year = true;
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  REQUIRE(result.ok());
  CHECK(std::count(result->variations.begin(), result->variations.end(), "year") == 0);
}

TEST_CASE("a build that embeds a condition of its build is refused, naming the file") {
  const char* conditions[] = {"pwd",        "date +%Z", "umask",      "uname -n",
                              "nproc",      "id -u",    "echo $HOME", "echo $LC_ALL",
                              "echo $PATH", "ls -ld .", "date -u +%Y"};
  for (const char* condition : conditions) {
    CAPTURE(condition);
    if (std::string(condition) == "nproc" && sysconf(_SC_NPROCESSORS_ONLN) < 2) continue;
    const std::string text = refusal(std::string(condition) + " > \"$OUT/app.apk\"\n");
    CHECK(contains(text, "app.apk: two builds of the same source differ"));
  }
}

// Stands in for debhelper: what it leaves beside the source.
constexpr const char* kBuildpackage =
    "#!/bin/sh\n"
    "for name in tool tool-dbgsym library-dbgsym; do echo $name > ../${name}_1.0_amd64.deb; done\n"
    "echo x > ../tool_1.0_amd64.buildinfo\n";

std::vector<std::string> debs_of(std::vector<RecipePackage> packages) {
  TinyBuild build("");
  build.product.recipe = Recipe{};
  build.product.recipe.packages = std::move(packages);
  const std::string program =
      build.folder().write("environment/usr/bin/dpkg-buildpackage", kBuildpackage);
  std::filesystem::permissions(program, std::filesystem::perms{0755});
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  REQUIRE(result.ok());
  std::vector<std::string> names;
  for (const CollectedFile& file : result->artefacts) names.push_back(file.name);
  return names;
}

TEST_CASE("a debug symbol package is an artefact where the product names it, and may be missing") {
  using Names = std::vector<std::string>;
  CHECK(debs_of({{"tool", ""}}) == Names{"tool_1.0_amd64.deb"});
  CHECK(debs_of({{"tool", ""}, {"tool-dbgsym", ""}, {"other-dbgsym", ""}}) ==
        Names{"tool-dbgsym_1.0_amd64.deb", "tool_1.0_amd64.deb"});
}

TEST_CASE("an output that is a link is refused") {
  CHECK(contains(refusal("ln -s /etc/passwd \"$OUT/app.apk\""), "build output app.apk"));
  CHECK(contains(refusal("echo x > \"$OUT/x\"; ln \"$OUT/x\" \"$OUT/app.apk\""), "more than one"));
}

TEST_CASE("an output that is no plain file is refused") {
  CHECK(contains(refusal("mkdir \"$OUT/app.apk\""), "is not a regular file"));
  CHECK(contains(refusal("echo x > \"$OUT/app.apk\"; chmod 4755 \"$OUT/app.apk\""), "set-user-id"));
}

TEST_CASE("an output that is missing is refused") {
  CHECK(contains(refusal("echo x > \"$OUT/other.apk\""), "build output app.apk"));
}

TEST_CASE("the out folder cannot be replaced by a link") {
  TinyBuild build(
      "cd ..; ln -s /etc elsewhere; perl -e 'rename q(out), q(x) and exit 1'; "
      "perl -e 'rmdir q(out) and exit 1'; echo x > out/app.apk");
  const auto result = build.run();
  INFO((result.ok() ? std::string() : said(result.error())));
  CHECK(result.ok());
}

TEST_CASE("a build that fails is an error with the end of its log") {
  TinyBuild build("echo all is well; echo src/x.c:3: no such thing >&2; exit 7\n");
  const auto result = build.run();
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().kind == ErrorKind::kFailed);
  CHECK(contains(said(result.error()), "status 7"));
  CHECK(contains(said(result.error()), "src/x.c:3: no such thing"));
  CHECK(contains(build.folder().read("logs/1.log"), "all is well"));
}

}  // namespace
}  // namespace hallmark
