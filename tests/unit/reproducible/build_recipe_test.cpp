#include "reproducible/build_recipe.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

BuildConditions conditions() { return build_conditions({0}, false)[0]; }

bool sets(const RecipeCommand& recipe, const std::string& variable) {
  return std::find(recipe.variables.begin(), recipe.variables.end(), variable) !=
         recipe.variables.end();
}

bool sets_any(const RecipeCommand& recipe, const std::string& name) {
  return std::any_of(recipe.variables.begin(), recipe.variables.end(),
                     [&](const std::string& entry) { return entry.starts_with(name + "="); });
}

TEST_CASE("recipe apk runs the product's script on a git tree") {
  const auto recipe = recipe_command(build_test::sample_lock(), build_test::sample_product(),
                                     build_test::sample_target(), conditions());
  CHECK(recipe.command[0] == "/bin/sh");
  CHECK(recipe.command[2].find("cp -R") != std::string::npos);
  CHECK(recipe.command[7] == "build.sh");
  for (const char* variable :
       {"HALLMARK_VERSION=1.0", "HALLMARK_TAG=v1.0", "HALLMARK_DATE=2023-11-14",
        "SOURCE_DATE_EPOCH=1700000000", "OUT=/build/first/out", "TZ=West+12", "USER=builder"}) {
    CAPTURE(variable);
    CHECK(sets(recipe, variable));
  }
  CHECK_FALSE(sets_any(recipe, "DEB_BUILD_OPTIONS"));
}

// Process 1 of a sandbox is not ended by SIGPIPE: the shell has to see by itself that nobody reads.
TEST_CASE("a build that nobody listens to any more does not begin") {
  const test::TestFolder folder;
  BuildConditions where = conditions();
  where.folder = folder.path();
  const auto recipe = recipe_command(build_test::sample_lock(), build_test::sample_product(),
                                     build_test::sample_target(), where);
  std::vector<char*> arguments;
  std::vector<std::string> words = recipe.command;
  words[2].replace(words[2].find("cp -R"), std::string::npos, "touch begun\n");
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto status = [&arguments](bool listening) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    if (!listening) ::close(ends[0]);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      ::signal(SIGPIPE, SIG_IGN);
      ::dup2(ends[1], 1);
      ::execv(arguments[0], arguments.data());
      ::_exit(99);
    }
    int ended = -1;
    REQUIRE(::waitpid(pid, &ended, 0) == pid);
    ::close(ends[1]);
    if (listening) ::close(ends[0]);
    return ended;
  };
  CHECK(status(false) != 0);
  CHECK(::access((folder.path() + "/begun").c_str(), F_OK) != 0);
  CHECK(status(true) == 0);
  CHECK(::access((folder.path() + "/begun").c_str(), F_OK) == 0);
}

TEST_CASE("recipe deb unpacks a .dsc inside the sandbox, and its changelog dates it") {
  Lock lock = build_test::sample_lock();
  lock.source.kind = OriginKind::kDsc;
  lock.source.files = {{"sample_1.0.dsc", 1, {}, ""}};
  Product product = build_test::sample_product();
  product.recipe = Recipe{};
  const auto recipe = recipe_command(lock, product, build_test::sample_target(), conditions());
  CHECK(recipe.command[2].find("dpkg-source --no-check -x") != std::string::npos);
  CHECK(recipe.command[2].find("dpkg-buildpackage -us -uc -b") != std::string::npos);
  CHECK(recipe.command[6] == "sample_1.0.dsc");
  CHECK(sets(recipe, "DEB_BUILD_OPTIONS=parallel=1"));
  CHECK(sets(recipe, "FAKEROOTDONTTRYCHOWN=1"));
  for (const char* name : {"SOURCE_DATE_EPOCH", "HALLMARK_COMMIT", "HALLMARK_TAG", "OUT"}) {
    CAPTURE(name);
    CHECK_FALSE(sets_any(recipe, name));
  }
}

TEST_CASE("recipe deb is told which debug symbol packages the product names") {
  Product product = build_test::sample_product();
  product.recipe = Recipe{};
  product.recipe.packages = {{"tool", ""}, {"tool-dbgsym", ""}, {"dbgsym-tools", ""}};
  const auto recipe =
      recipe_command(build_test::sample_lock(), product, build_test::sample_target(), conditions());
  REQUIRE(recipe.command.size() == 11);
  CHECK(recipe.command.back() == "tool-dbgsym");
}

// What the recipe makes of debian/changelog, outside of a sandbox, by the real dpkg-parsechangelog.
std::string changelog_with(const std::string& suffix, const std::vector<std::string>& variables) {
  const test::TestFolder folder;
  folder.write("source/debian/changelog",
               "tool (1:1.0-2) unstable; urgency=low\n\n  * First.\n\n"
               " -- A Person <person@example.org>  Mon, 13 Nov 2023 01:00:00 +0100\n");
  BuildConditions where = conditions();
  where.folder = folder.path();
  Lock lock = build_test::sample_lock();
  lock.source.kind = OriginKind::kDsc;
  Product product = build_test::sample_product();
  product.recipe = Recipe{};
  product.recipe.version_suffix = suffix;
  std::vector<std::string> words =
      recipe_command(lock, product, build_test::sample_target(), where).command;
  std::string& script = words[2];
  script.erase(script.find("dpkg-source"), script.find("if [") - script.find("dpkg-source"));
  script.resize(script.find("umask \"$2\""));
  words.insert(words.begin(), variables.begin(), variables.end());
  test::run_tool("/usr/bin/env", words);
  return folder.read("source/debian/changelog");
}

TEST_CASE("a version suffix is an entry of its own, dated by the tag or the entry before") {
  const std::string before =
      "tool (1:1.0-2) unstable; urgency=low\n\n  * First.\n\n"
      " -- A Person <person@example.org>  Mon, 13 Nov 2023 01:00:00 +0100\n";
  const std::string begin =
      "tool (1:1.0-2+bookworm) bookworm; urgency=medium\n\n  * Built for bookworm.\n\n"
      " -- A Person <person@example.org>  ";
  CHECK(changelog_with("", {}) == before);
  CHECK(changelog_with("+{codename}", {}) ==
        begin + "Mon, 13 Nov 2023 01:00:00 +0100\n\n" + before);
  CHECK(changelog_with("+{codename}", {"SOURCE_DATE_EPOCH=1700000000"}) ==
        begin + "Tue, 14 Nov 2023 22:13:20 +0000\n\n" + before);
}

TEST_CASE("a hostile version or tag stays an argument or a value, never a part of the script") {
  Lock lock = build_test::sample_lock();
  Product product = build_test::sample_product();
  const std::string plain =
      recipe_command(lock, product, build_test::sample_target(), conditions()).command[2];
  lock.source.tag = "v1.0; touch /tmp/x";
  product.recipe.script = "a b/$(touch x).sh";
  const auto recipe = recipe_command(lock, product, build_test::sample_target(), conditions());
  CHECK(recipe.command[2] == plain);
  CHECK(recipe.command[7] == "a b/$(touch x).sh");
}

TEST_CASE("dates are UTC") {
  CHECK(iso_date(0) == "1970-01-01");
  CHECK(iso_date(1700000000) == "2023-11-14");
  CHECK(iso_date(INT64_MAX) == "1970-01-01");
}

}  // namespace
}  // namespace hallmark
