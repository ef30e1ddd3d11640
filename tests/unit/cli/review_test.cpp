// What a reviewer is told of two builds.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "cli/review/apk_review.hpp"
#include "cli/review/compare_files.hpp"
#include "cli/review/deb_review.hpp"
#include "core/digest.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark {
namespace {

using namespace deb_test;

DebContents contents(const std::string& control, const std::map<std::string, std::string>& scripts,
                     const std::map<std::string, DebFile>& files) {
  const UniqueFd fd = memory_file(deb_of_control(control));
  auto package = read_deb(fd.get(), "x.deb");
  REQUIRE(package.ok());
  return {*package, scripts, files};
}

DebFile plain(mode_t mode, const std::string& bytes = "") {
  return {S_IFREG | mode, "root/root", bytes.size(), {}, sha256(bytes)};
}

// "! words" of each change.
std::string told(const std::vector<Change>& changes) {
  std::string out;
  for (const Change& change : changes) out += (change.alert ? "! " : "") + change.words + "\n";
  return out;
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_CASE("review: the same package twice") {
  const DebContents deb = contents(kControl, {{"postinst", "x"}}, {{"usr/bin/a", plain(0755)}});
  CHECK(deb_changes(deb, deb).empty());
}

TEST_CASE("review: what a package depends on") {
  const DebContents before = contents(kControl, {}, {});
  const DebContents after = contents(control_with("Depends:",
                                                  "Depends: libc6 (>= 2.36),\n evil\n"
                                                  "Pre-Depends: first\nBuilt-Using: x\n"),
                                     {}, {});
  const std::string text = told(deb_changes(before, after));
  CHECK(says(text, "Depends gains: evil"));
  CHECK(says(text, "! Pre-Depends gains: first"));
  CHECK_FALSE(says(text, "libc6"));
}

TEST_CASE("review: maintainer scripts, with the lines that changed") {
  const DebContents before = contents(kControl, {{"postinst", "a\nb\nc\n"}, {"prerm", "x"}}, {});
  const DebContents after =
      contents(kControl, {{"postinst", "a\nB\nc\n"}, {"preinst", "new\n"}}, {});
  const std::vector<Change> changes = deb_changes(before, after);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0] == Change{"postinst changes", true, "-b\n+B\n"});
  CHECK(changes[1] == Change{"preinst comes", true, "+new\n"});
  CHECK(changes[2] == Change{"prerm goes", true, "-x\n"});
}

TEST_CASE("review: rights that a file has or gains") {
  DebFile device = plain(0600);
  device.mode = S_IFCHR | 0600U;
  DebFile owned = plain(0644);
  owned.owner = "games/games";
  const DebContents before =
      contents(kControl, {}, {{"usr/bin/a", plain(0755)}, {"etc/sudoers.d/x", plain(0440, "1")}});
  const DebContents after = contents(kControl, {},
                                     {{"usr/bin/a", plain(04755)},
                                      {"etc/sudoers.d/x", plain(0440, "2")},
                                      {"etc/cron.d/job", plain(0644)},
                                      {"var/shared", plain(0666)},
                                      {"dev/x", device},
                                      {"usr/games/score", owned},
                                      {"usr/share/doc/a", plain(0644)}});
  const std::string text = told(deb_changes(before, after));
  CHECK(says(text, "! usr/bin/a is now setuid\n"));
  CHECK(says(text, "! usr/bin/a: 0755 root/root -> 4755 root/root\n"));
  CHECK(says(text, "! etc/sudoers.d/x changes, where root's programs look\n"));
  CHECK(says(text, "! etc/cron.d/job comes, where root's programs look\n"));
  CHECK(says(text, "! var/shared comes: writable by everybody, 0666\n"));
  CHECK(says(text, "! dev/x comes: special file, 0600\n"));
  CHECK(says(text, "! usr/games/score comes: owned by games/games, 0644\n"));
  CHECK_FALSE(says(text, "! usr/share/doc/a"));
  CHECK(says(text, "files that come: dev/x, etc/cron.d/job, usr/games/score, usr/share/doc/a"));
}

TEST_CASE("review: what an app may do") {
  ApkInspection before;
  before.manifest.emplace();
  before.manifest->version_code = 7;
  ApkInspection after = before;
  after.manifest->debuggable = true;
  after.manifest->target_sdk = 0;
  after.manifest->permissions.emplace_back();
  after.manifest->permissions.back().name = "android.permission.CAMERA";
  const std::string text = told(apk_changes(before, after));
  CHECK(says(text, "! permissions that come: android.permission.CAMERA\n"));
  CHECK(says(text, "! debuggable: no -> yes\n"));
  CHECK(says(text, "! version code does not rise: 7 -> 7\n"));
  CHECK(says(text, "! target SDK: 1 -> 0\n"));
  after.manifest.reset();
  CHECK(says(told(apk_changes(before, after)), "! a manifest cannot be read"));
}

TEST_CASE("review: Markdown of hostile words shows them as they are") {
  const std::vector<ReviewPart> parts = {
      {"a`b", {{"![x](https://example.org) `<b>`\n# heading", true, "+```\n+<script>\n"}}}};
  CHECK(review_markdown(parts) ==
        "### `a'b`\n\n- **!** `![x](https://example.org) '<b>''# heading`\n\n"
        "  ````diff\n  +```\n  +<script>\n  ````\n");
}

TEST_CASE("review: a part is read as it was written") {
  const ReviewPart part{"t", {{"w", true, "d\n"}, {"v", false, ""}}};
  const auto read = parse_review_part(to_json(part).dump());
  REQUIRE(read.ok());
  CHECK(*read == part);
  for (const char* forged : {"", "[]", "{}", R"({"title": 1, "changes": []})",
                             R"({"title": "t", "changes": [{"words": "w", "more": 1}]})"}) {
    INFO(forged);
    CHECK_FALSE(parse_review_part(forged).ok());
  }
}

TEST_CASE("review: lists and differences are bounded") {
  std::vector<Change> changes;
  add_listed(changes, "files", "that come", std::vector<std::string>(1000, "f"), false);
  CHECK(says(changes.at(0).words, "and 960 more"));
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "line\n";
  CHECK(says(line_difference("", lines), "… 940 lines more\n"));
}

TEST_CASE("review: files, where hostile bytes can do no harm") {
  const UniqueFd before = memory_file(deb_of_control(kControl));
  const UniqueFd after = memory_file(deb_of_control(control_with("Section:", "Section: games\n")));
  const UniqueFd broken = memory_file("!<arch>\n");
  const auto part = compare_files("title", "x.deb", before.get(), after.get());
  REQUIRE(part.ok());
  CHECK(part->title == "title");
  CHECK(says(told(part->changes), "Section: utils -> games"));
  const auto refused = compare_files("title", "x.deb", before.get(), broken.get());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK(says(refused.error().cause, "the new one"));
  CHECK(compare_files("title", "x.apk", before.get(), after.get()).error().kind ==
        ErrorKind::kVerification);
  CHECK(compare_files("title", "x.rpm", before.get(), after.get()).error().kind ==
        ErrorKind::kUsage);
}

}  // namespace
}  // namespace hallmark
