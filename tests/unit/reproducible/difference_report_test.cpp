// Reports on two builds that differ, with the real diffoscope in the real sandbox.
#include "reproducible/difference_report.hpp"

#include <filesystem>

#include "tests/unit/reproducible/build_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;
using build_test::TinyBuild;

// What a refused build leaves beside its logs.
std::string report_of(TinyBuild& build, const std::string& name) {
  const auto result = build.run();
  REQUIRE_FALSE(result.ok());
  says(result.error().hint, "the report is " + build.folder().path("logs/difference.html"));
  const auto text = read_file(build.folder().path("logs/" + name), 1U << 22U);
  REQUIRE(text.ok());
  return *text;
}

TEST_CASE("two builds that differ leave a report in words, with what diffoscope says") {
  TinyBuild build("umask > \"$OUT/app.apk\"\n");
  const std::string text = report_of(build, "difference.txt");
  says(text, "Two builds of sample 1.0, ");
  says(text, "First in:  app.apk\n");
  says(text, "What:      its bytes differ");
  says(text, "umask");
  says(text, "--- /differing/1/app.apk\n+++ /differing/2/app.apk\n");
  says(text, "-0022\n+0002\n");
  for (const char* kept : {"1", "2"}) {
    CHECK(fs::exists(build.folder().path(std::string("logs/differing/") + kept + "/app.apk")));
  }
  CHECK(fs::is_empty(build.folder().path("work")));
}

TEST_CASE("a report's page marks lines, and shows a build's bytes as text alone") {
  TinyBuild build("{ umask; printf '<script>alert(1)</script>\\033[2J\\n'; } > \"$OUT/app.apk\"\n");
  const std::string page = report_of(build, "difference.html");
  says(page, "<del>-0022</del>");
  says(page, "<ins>+0002</ins>");
  says(page, "&lt;script&gt;alert(1)");
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find('\033') == std::string::npos);
}

TEST_CASE("lines are marked within diffoscope's frames") {
  const std::string page = difference_page("a & b", "│ ├── ./x\n│ │ -1\n│ │ +2\nend");
  says(page, "<h1>a &amp; b</h1>");
  says(page, "\n│ ├── ./x\n<del>│ │ -1</del>\n<ins>│ │ +2</ins>\nend\n</pre>");
}

TEST_CASE("a file that only one build made is kept, and there is nothing to compare it with") {
  TinyBuild build("umask > \"$OUT/app.apk\"\n");
  const std::string logs = build.folder().path("logs");
  fs::create_directory(logs);
  std::vector<CollectedFile> first(1);
  first[0].name = "more.apk";
  first[0].digest.size = 3;
  auto file = open_file(build.folder().write("more.apk", "abc"));
  REQUIRE(file.ok());
  first[0].file = std::move(*file);
  const ReportPlace place{logs, build.folder().path("report"), "tool 1.0"};
  REQUIRE(write_difference_report(place, {"more.apk", "only one of the two builds made it"}, "path",
                                  first, {})
              .ok());
  const auto text = read_file(logs + "/difference.txt", 1U << 20U);
  REQUIRE(text.ok());
  says(*text, "What:      only one of the two builds made it\n");
  CHECK(fs::exists(logs + "/differing/1/more.apk"));
  CHECK_FALSE(fs::exists(logs + "/differing/2"));
}

TEST_CASE("builds that are equal again leave no report of earlier ones") {
  TinyBuild build("umask > \"$OUT/app.apk\"\n");
  static_cast<void>(report_of(build, "difference.txt"));
  build.folder().write("source/build.sh", "echo x > \"$OUT/app.apk\"\n");
  const auto result = build.run();
  INFO((result.ok() ? std::string() : build_test::said(result.error())));
  REQUIRE(result.ok());
  for (const char* name : {"difference.txt", "difference.html", "differing"}) {
    CHECK_FALSE(fs::exists(build.folder().path(std::string("logs/") + name)));
  }
}

}  // namespace
}  // namespace hallmark
