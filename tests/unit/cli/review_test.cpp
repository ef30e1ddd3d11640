// What a reviewer is told of two builds.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "cli/review/apk_review.hpp"
#include "cli/review/artefacts_review.hpp"
#include "cli/review/compare_files.hpp"
#include "cli/review/deb_review.hpp"
#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark {
namespace {

using namespace deb_test;
using test::TestFolder;

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

TEST_CASE("review: names of fields have no case") {
  const DebContents before = contents(kControl, {}, {});
  const DebContents after = contents(control_with("Depends:",
                                                  "essential: yes\nPRE-DEPENDS: evil\n"
                                                  "multi-arch: foreign\n"
                                                  "DEPENDS: libc6 (>= 2.36),\n"),
                                     {}, {});
  CHECK(told(deb_changes(before, after)) ==
        "! essential: none -> yes\n! multi-arch: none -> foreign\n! PRE-DEPENDS gains: evil\n");
}

TEST_CASE("review: what a package does to others") {
  const DebContents before = contents(kControl, {}, {});
  for (const char* name : {"Provides", "Replaces", "Conflicts", "Breaks"}) {
    INFO(name);
    const DebContents after =
        contents(control_with("Section:", name + std::string(": openssh-server\n")), {}, {});
    const std::string gains = std::string(name) + " gains: openssh-server\n";
    CHECK(says(told(deb_changes(before, after)), "! " + gains));
    CHECK(says(told(deb_changes(after, before)), name + std::string(" loses")));
    CHECK_FALSE(says(told(deb_changes(after, before)), "! " + std::string(name)));
  }
  const DebContents kept = contents(kControl, {{"conffiles", "/etc/a\n"}}, {});
  CHECK(says(told(deb_changes(before, kept)), "! conffiles comes\n"));
}

TEST_CASE("review: places where root's programs look") {
  const DebContents before = contents(kControl, {}, {});
  for (const char* path : {"etc/passwd",
                           "root/.ssh/authorized_keys",
                           "var/spool/cron/crontabs/root",
                           "usr/lib/tmpfiles.d/a.conf",
                           "usr/share/dbus-1/system-services/a.service",
                           "etc/dbus-1/system.d/a.conf",
                           "etc/polkit-1/rules.d/a.rules",
                           "usr/lib/x86_64-linux-gnu/security/pam_a.so",
                           "lib/security/pam_a.so",
                           "lib/x86_64-linux-gnu/libnss_a.so.2",
                           "usr/lib/sysusers.d/a.conf",
                           "usr/lib/sysctl.d/a.conf",
                           "lib/modules-load.d/a.conf",
                           "usr/lib/binfmt.d/a.conf",
                           "etc/modprobe.d/a.conf",
                           "usr/lib/modprobe.d/a.conf",
                           "etc/initramfs-tools/hooks/a",
                           "usr/share/initramfs-tools/hooks/a",
                           "etc/kernel/postinst.d/a",
                           "etc/network/if-up.d/a",
                           "etc/NetworkManager/dispatcher.d/a",
                           "usr/lib/NetworkManager/dispatcher.d/a",
                           "etc/networkd-dispatcher/routable.d/a",
                           "etc/default/a",
                           "usr/share/keyrings/a.gpg",
                           "usr/lib/systemd/system/a.service",
                           "lib/systemd/system/a.service",
                           "usr/local/sbin/a"}) {
    INFO(path);
    const std::string words = "! " + std::string(path) + " comes, where root's programs look\n";
    CHECK(says(told(deb_changes(before, contents(kControl, {}, {{path, plain(0644)}}))), words));
  }
  for (const char* path : {"etc/tool.conf", "usr/bin/tool", "usr/lib/tool/a.so",
                           "usr/share/man/man1/tool.1.gz", "usr/share/dbus-1/services/a.service"}) {
    INFO(path);
    const std::string text =
        told(deb_changes(before, contents(kControl, {}, {{path, plain(0644)}})));
    CHECK_FALSE(says(text, "! " + std::string(path)));
  }
}

DebFile link_to(const std::string& target) { return {S_IFLNK | 0777U, "root/root", 0, target, {}}; }

DebFile hard_link_to(const std::string& target, mode_t mode = 0644) {
  DebFile out{S_IFREG | mode, "root/root", 0, target, {}};
  out.hard_link = true;
  return out;
}

TEST_CASE("review: a hard link to a file that the package does not bring") {
  const DebContents before = contents(kControl, {}, {{"usr/share/h", plain(0644, "1")}});
  for (const char* target : {"etc/shadow", "usr/share/h", "usr/share/link"}) {
    INFO(target);
    const DebContents after = contents(
        kControl, {}, {{"usr/share/h", hard_link_to(target)}, {"usr/share/link", link_to("x")}});
    const std::string text = told(deb_changes(before, after));
    CHECK(says(text, "! usr/share/h is a hard link to " + std::string(target) +
                         ", no plain file of this package: 0644\n"));
    CHECK(says(text, "! usr/share/h: a file becomes a hard link\n"));
    CHECK(says(told(deb_changes(contents(kControl, {}, {}), after)),
               "! usr/share/h is a hard link to "));
    CHECK_FALSE(says(text, "special file"));
  }
}

TEST_CASE("review: a hard link to a file of the package is that file") {
  const DebContents one = contents(
      kControl, {}, {{"usr/bin/a", plain(0644, "1")}, {"usr/bin/b", hard_link_to("usr/bin/a")}});
  const DebContents other = contents(
      kControl, {}, {{"usr/bin/b", plain(0644, "1")}, {"usr/bin/a", hard_link_to("usr/bin/b")}});
  CHECK_FALSE(says(told(deb_changes(one, other)), "!"));
  const DebContents changed = contents(
      kControl, {}, {{"usr/bin/b", plain(0644, "2")}, {"usr/bin/a", hard_link_to("usr/bin/b")}});
  CHECK(says(told(deb_changes(one, changed)), "files with other contents: usr/bin/a, usr/bin/b\n"));
  const DebContents wider =
      contents(kControl, {},
               {{"usr/bin/a", plain(0644, "1")}, {"usr/bin/b", hard_link_to("usr/bin/a", 04755)}});
  CHECK(says(told(deb_changes(one, wider)), "! usr/bin/b is now setuid\n"));
}

TEST_CASE("review: what has special rights and changes") {
  const DebContents before =
      contents(kControl, {}, {{"usr/bin/su", plain(04700, "1")}, {"etc/cron.d/j", plain(0600)}});
  const DebContents after =
      contents(kControl, {}, {{"usr/bin/su", plain(04755, "2")}, {"etc/cron.d/j", plain(0755)}});
  const std::string text = told(deb_changes(before, after));
  CHECK(says(text, "! usr/bin/su: 4700 root/root -> 4755 root/root\n"));
  CHECK(says(text, "! usr/bin/su changes, with special rights: 4755 root/root\n"));
  CHECK(says(text, "! etc/cron.d/j: 0600 root/root -> 0755 root/root\n"));
  CHECK_FALSE(says(told(deb_changes(after, before)), "! usr/bin/su: "));
}

TEST_CASE("review: symbolic links into places where root's programs look") {
  const DebContents before = contents(kControl, {}, {{"usr/share/t", link_to("doc")}});
  for (const char* target :
       {"/etc/cron.d", "../../etc/cron.d/job", "/etc", "..", "/", "../lib/systemd",
        "/usr/lib/systemd/system", "doc/../../../etc", "//etc/./cron.d", "/usr/lib"}) {
    INFO(target);
    const DebContents after = contents(kControl, {}, {{"usr/share/t", link_to(target)}});
    const std::string words = "! usr/share/t is a symbolic link to " + std::string(target) +
                              ", where root's programs look\n";
    CHECK(says(told(deb_changes(before, after)), words));
    CHECK(says(told(deb_changes(contents(kControl, {}, {}), after)), words));
  }
  for (const char* target : {"man", "/usr/share/doc", "../bin/tool", "/etc/alternatives/tool"}) {
    INFO(target);
    const DebContents after = contents(kControl, {}, {{"usr/share/t", link_to(target)}});
    CHECK_FALSE(says(told(deb_changes(before, after)), "!"));
  }
  const DebContents there = contents(kControl, {}, {{"etc/systemd/system/a", link_to("/x")}});
  const DebContents moved = contents(kControl, {}, {{"etc/systemd/system/a", link_to("/y")}});
  CHECK(says(told(deb_changes(there, moved)), "! etc/systemd/system/a points to: /x -> /y\n"));
}

TEST_CASE("review: a path that becomes another kind of file") {
  DebFile folder = plain(0755);
  folder.mode = S_IFDIR | 0755U;
  const DebContents was_folder = contents(kControl, {}, {{"usr/share/t", folder}});
  const DebContents was_file = contents(kControl, {}, {{"usr/share/t", plain(0755, "1")}});
  const DebContents link = contents(kControl, {}, {{"usr/share/t", link_to("doc")}});
  CHECK(says(told(deb_changes(was_folder, link)),
             "! usr/share/t: a folder becomes a symbolic link\n"));
  CHECK(says(told(deb_changes(was_file, link)), "! usr/share/t: a file becomes a symbolic link\n"));
  CHECK(says(told(deb_changes(link, was_file)), "! usr/share/t: a symbolic link becomes a file\n"));
}

TEST_CASE("review: an app's splits and sandbox") {
  ApkInspection before;
  before.manifest.emplace();
  before.manifest->version_code = 1;
  before.manifest->target_sandbox_version = 2;
  ApkInspection after = before;
  after.manifest->version_code = 2;
  after.manifest->target_sandbox_version = 1;
  after.manifest->uses_splits = {"evil"};
  after.manifest->split = "part";
  const std::string text = told(apk_changes(before, after));
  CHECK(says(text, "! target sandbox version: 2 -> 1\n"));
  CHECK(says(text, "! splits that it uses gain: evil\n"));
  CHECK(says(text, "! split: none -> part\n"));
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
        "### `a'b`\n\n- **!** `![x](https://example.org) '<b>' # heading`\n\n"
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
  CHECK(says(line_difference("", lines), "… 940 added lines more\n"));
  CHECK(says(line_difference(lines, ""), "… 970 lost lines more\n"));
}

TEST_CASE("review: an added line is shown, or counted") {
  std::string before;
  for (int i = 0; i < 70; ++i) before += "line " + std::to_string(i) + "\n";
  const std::string after = "evil 1\n" + before.substr(before.find('\n') + 1) + "evil 2\n";
  CHECK(line_difference(before, after) == "-line 0\n+evil 1\n+evil 2\n");
  std::string other;
  for (int i = 0; i < 70; ++i) other += "other " + std::to_string(i) + "\n";
  const std::string text = line_difference(before, other);
  CHECK(says(text, "+other 59\n"));
  CHECK(says(text, "-line 29\n"));
  CHECK(says(text, "… 10 added lines more\n… 40 lost lines more\n"));
  std::string many;
  for (int i = 0; i < 5000; ++i) many += std::to_string(i) + "\n";
  CHECK(says(line_difference(many, "a\n" + many + "b\n"), "+a\n"));
  CHECK(says(line_difference("z\n" + many + "z\n", "a\n" + many + "b\n"), "+a\n"));
}

TEST_CASE("review: a line has a bound") {
  CHECK(line_difference("", std::string(1000, 'x')) ==
        "+" + std::string(400, 'x') + "… 600 bytes more\n");
}

TEST_CASE("review: no package is too much to be told of") {
  std::vector<Change> changes(40000, {"a file", false, {}});
  changes.push_back({"the alert", true, {}});
  std::vector<Change> kept = bounded(changes);
  CHECK(kept.size() == 2001);
  CHECK(kept.front().words == "the alert");
  CHECK(kept.back() == Change{"38001 changes more are not shown", true, {}});
  const std::vector<Change> large(100, {std::string(100000, '\xff'), true, {}});
  CHECK(to_text(to_json(ReviewPart{"t", bounded(large)})).size() < std::size_t{4} << 20U);
  kept.resize(5);
  CHECK(bounded(kept) == kept);
}

TEST_CASE("review: a package writes no lines of its own") {
  const ReviewPart forged{"t\nother.deb: the same", {{"w\nx\t\x1b[2J", true, "+a\n+b\r\x1b[2J\n"}}};
  const auto read = parse_review_part(to_text(to_json(forged)));
  REQUIRE(read.ok());
  CHECK(review_text({*read}) ==
        "t other.deb: the same:\n  ! w x  [2J\n        +a\n        +b  [2J\n");
}

TEST_CASE("review: a package that comes is opened") {
  const TestFolder folder;
  folder.write("old.deb", deb_of_control(kControl));
  folder.write("new.deb", deb_of_tar(tar({{"./control", kControl}, {"./postinst", "evil\n"}})));
  folder.write("broken.deb", "!<arch>\n");
  const auto open = [&](const std::filesystem::path& path) { return open_file(folder.path(path)); };
  std::vector<ReviewPart> parts;
  const BuiltFiles before = {{"gone", {"gone_1.deb", "old.deb"}},
                             {"same", {"same_1.deb", "old.deb"}}};
  const BuiltFiles after = {{"broken", {"broken_1.deb", "broken.deb"}},
                            {"fresh", {"fresh_1.deb", "new.deb"}},
                            {"lost", {"lost_1.deb", "not-there.deb"}},
                            {"same", {"same_1.deb", "old.deb"}}};
  CHECK(review_artefacts("stable/main amd64", before, after, open, parts) == 2);
  const std::string text = review_text(parts);
  CHECK(says(text, "broken_1.deb for stable/main amd64:\n  ! not compared: "));
  CHECK(says(text, "lost_1.deb for stable/main amd64:\n  ! not compared: "));
  CHECK(says(text,
             "fresh_1.deb for stable/main amd64:\n    Version: none -> 1:2.0-3\n"
             "  ! postinst comes\n        +evil\n"));
  CHECK(says(text, "same_1.deb for stable/main amd64: the same\n"));
  CHECK(says(text,
             "artefacts for stable/main amd64:\n  ! gone_1.deb goes\n"
             "  ! broken_1.deb comes\n  ! fresh_1.deb comes\n"));
}

TEST_CASE("review: files that differ in nothing that is compared are not the same") {
  auto members = deb_members(tar({{"./control", kControl}}));
  const UniqueFd before = memory_file(ar(members));
  members[1].mtime = "1";
  const UniqueFd after = memory_file(ar(members));
  const auto part = compare_files("title", "x.deb", before.get(), after.get());
  REQUIRE(part.ok());
  CHECK(told(part->changes) == "! other bytes, but nothing that was compared differs\n");
  CHECK(compare_files("title", "x.deb", before.get(), before.get())->changes.empty());
}

TEST_CASE("review: an app that is the same has no alert") {
  const UniqueFd app = memory_file("any bytes");
  const auto part = compare_files("title", "x.apk", app.get(), app.get());
  REQUIRE(part.ok());
  CHECK(part->changes.empty());
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
