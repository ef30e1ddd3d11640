// Release archives that are no good sources, each by name.
#include "reproducible/tar_members.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/reproducible/says.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

using Kind = TarMemberKind;
using test::run_tool;
using test::TestFolder;

std::string verdict(const std::vector<TarMember>& members) {
  const Status judged = judge_tar_members(members, "tool.tar");
  if (judged.ok()) return "good";
  CHECK(judged.error().kind == ErrorKind::kVerification);
  CHECK(judged.error().subject == "tool.tar");
  return judged.error().cause;
}

TarMember file(const std::string& path, uint64_t size = 1) { return {Kind::kFile, path, "", size}; }
TarMember directory(const std::string& path) { return {Kind::kDirectory, path, "", 0}; }
TarMember symlink(const std::string& path, const std::string& target) {
  return {Kind::kSymlink, path, target, 0};
}
TarMember hard_link(const std::string& path, const std::string& target) {
  return {Kind::kHardLink, path, target, 0};
}

TEST_CASE("tar: what release archives have is good") {
  CHECK(verdict({directory("./"), directory("tool-1.0/"), file("tool-1.0/configure"),
                 directory("tool-1.0/"), symlink("tool-1.0/doc/README", "../README"),
                 file("tool-1.0/README"), hard_link("tool-1.0/again", "tool-1.0/README"),
                 hard_link("tool-1.0/third", "./tool-1.0/again")}) == "good");
}

TEST_CASE("tar: a file named -rf, a space and UTF-8 are names like others") {
  CHECK(verdict({file("-rf"), file("--checkpoint-action=exec=sh x.sh"), file("a b"),
                 file("gr\xc3\xbc\xc3\x9f")}) == "good");
}

TEST_CASE("tar: names that differ in case alone are two names") {
  CHECK(verdict({file("t/README"), file("t/readme"), file("T/readme")}) == "good");
}

TEST_CASE("tar: a path that leaves the archive") {
  for (const char* path : {"../x", "/etc/passwd", "a/../../x", "a/..", "..", "//x", "a//b"}) {
    CAPTURE(path);
    CHECK(says(verdict({file("ok"), file(path)}), "its member '"));
  }
}

TEST_CASE("tar: a line feed or another control character in a name") {
  CHECK(says(verdict({file("a\nb")}), "its member"));
  CHECK(says(verdict({file("a\x1b[2Jb")}), "'a?[2Jb'"));
}

TEST_CASE("tar: a path of 4,096 bytes, and of one more than is taken") {
  std::string path;
  while (path.size() < 4096) path += std::string(127, 'd') + "/";
  path.resize(4096, 'f');
  path.back() = 'f';
  CHECK(says(verdict({file(path)}), "more than 2048 bytes"));
  CHECK(verdict({file(path.substr(0, 2047))}) == "good");
  CHECK(says(verdict({file(path.substr(0, 2049))}), "more than 2048 bytes"));
  CHECK(says(verdict({file(std::string(256, 'x'))}), "its member"));
}

TEST_CASE("tar: devices, pipes and sockets") {
  CHECK(says(verdict({{Kind::kOther, "dev/sda", "", 0}}), "is a device, pipe or socket"));
}

TEST_CASE("tar: symbolic links that lead out") {
  for (const char* target :
       {"/etc/passwd", "../..", "../../x", "../../../tmp", "", "x/../../../y"}) {
    CAPTURE(target);
    CHECK(says(verdict({symlink("t/link", target)}), "leads out of the archive"));
  }
  CHECK(verdict({symlink("t/link", "..")}) == "good");
  CHECK(verdict({symlink("t/link", "./x/../../y")}) == "good");
}

TEST_CASE("tar: a file below a symbolic link, whichever comes first") {
  CHECK(says(verdict({symlink("t/link", "x"), file("t/link/evil")}), "which is no directory"));
  CHECK(says(verdict({file("t/link/evil"), symlink("t/link", "x")}), "which is no directory"));
  CHECK(says(verdict({file("t"), file("t/evil")}), "which is no directory"));
}

TEST_CASE("tar: hard links to what is no file before them") {
  CHECK(says(verdict({hard_link("x", "/etc/shadow")}), "hard link"));
  CHECK(says(verdict({hard_link("x", "later"), file("later")}), "hard link"));
  CHECK(says(verdict({symlink("link", "a"), hard_link("x", "link")}), "hard link"));
  CHECK(says(verdict({hard_link("x", "../x")}), "hard link"));
}

TEST_CASE("tar: a name that comes twice") {
  CHECK(says(verdict({file("t/x"), file("./t/x")}), "comes twice"));
  CHECK(says(verdict({directory("t"), symlink("t", "x")}), "comes twice"));
}

TEST_CASE("tar: too much, and nothing") {
  CHECK(says(verdict({file("a", uint64_t{15} << 30U), file("b", uint64_t{2} << 30U)}), "16 GiB"));
  CHECK(says(verdict({file("a", UINT64_MAX), file("b", UINT64_MAX)}), "16 GiB"));
  CHECK(says(verdict({}), "without files"));
  CHECK(says(verdict({directory("./")}), "without files"));
}

std::string verdict_on(const std::string& path) {
  const auto fd = open_file(path);
  REQUIRE(fd.ok());
  const Status judged = judge_tar(fd->get(), "tool.tar");
  return judged.ok() ? "good" : judged.error().cause;
}

TEST_CASE("tar: real archives, packed in each way") {
  const TestFolder folder;
  folder.write("t/-rf", "a file\n");
  folder.write("t/gr\xc3\xbc\xc3\x9f", "UTF-8\n");
  folder.write("t/gr\xc3\xb6\xc3\x9f", "UTF-8\n");
  folder.write("t/README", "upper\n");
  folder.write("t/readme", "lower\n");
  const auto pack = [&](const std::string& name, const std::vector<std::string>& options) {
    std::vector<std::string> all = {"--create", "--auto-compress", "--file=" + folder.path(name),
                                    "--directory=" + folder.path()};
    all.insert(all.end(), options.begin(), options.end());
    run_tool("/usr/bin/tar", all);
    return folder.path(name);
  };
  for (const char* ending : {".tar", ".tar.gz", ".tar.xz", ".tar.bz2"}) {
    CAPTURE(ending);
    CHECK(verdict_on(pack(std::string("a") + ending, {"t"})) == "good");
  }
  for (const char* format : {"gnu", "pax", "ustar", "v7"}) {
    CAPTURE(format);
    CHECK(verdict_on(pack("f.tar", {std::string("--format=") + format, "t"})) == "good");
  }
  SECTION("absolute names") {
    CHECK(says(verdict_on(pack("b.tar", {"--absolute-names", folder.path("t/readme")})), "'/"));
  }
  SECTION("names that go up") {
    CHECK(says(verdict_on(pack("b.tar", {"--absolute-names", "--transform=s|^t|../t|", "t"})),
               "'../t"));
  }
  SECTION("a pipe") {
    REQUIRE(::mkfifo(folder.path("t/pipe").c_str(), 0600) == 0);
    CHECK(says(verdict_on(pack("b.tar", {"t"})), "is a device, pipe or socket"));
  }
  SECTION("an absolute link") {
    REQUIRE(::symlink("/etc/passwd", folder.path("t/link").c_str()) == 0);
    CHECK(says(verdict_on(pack("b.tar", {"t"})), "leads out of the archive, to '/etc/passwd'"));
  }
  SECTION("cut short") {
    const std::string bytes = folder.read("a.tar.xz");
    CHECK(says(verdict_on(folder.write("cut.tar.xz", bytes.substr(0, bytes.size() / 2))),
               "is not a whole tar archive"));
  }
  SECTION("no archive") {
    CHECK(says(verdict_on(folder.write("no.tar", "<html>not found</html>\n")), "tar archive"));
  }
}

}  // namespace
}  // namespace hallmark
