// What a .deb would put on a machine.
#include "verify/deb_contents.hpp"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark {
namespace {

using namespace deb_test;
using test::run_tool;
using test::TestFolder;

Result<DebContents> read(const std::string& bytes) {
  return read_deb_contents(memory_file(bytes).get(), "x.deb");
}

std::string deb_of_data(const std::string& data_tar, const std::string& name = "data.tar") {
  auto members = deb_members(tar({{"./", "", '5'}, {"./control", kControl}}));
  members[2] = {name, data_tar};
  return ar(members);
}

std::string refusal(const std::string& bytes) {
  const auto contents = read(bytes);
  if (contents.ok()) return "accepted";
  CHECK(contents.error().kind == ErrorKind::kVerification);
  return contents.error().message();
}

TEST_CASE("deb contents: a package of dpkg-deb, each compression") {
  for (const char* compression : {"none", "gzip", "xz", "zstd"}) {
    INFO(compression);
    const TestFolder folder;
    folder.write("tree/DEBIAN/control", kControl);
    folder.write("tree/DEBIAN/postinst", "#!/bin/sh\n");
    folder.write("tree/usr/bin/tool", "program\n");
    run_tool("/bin/ln", {"-s", "tool", folder.path("tree/usr/bin/alias")});
    run_tool("/bin/ln", {folder.path("tree/usr/bin/tool"), folder.path("tree/usr/bin/twin")});
    run_tool("/bin/chmod", {"-R", "0755", folder.path("tree")});
    run_tool("/bin/chmod", {"4755", folder.path("tree/usr/bin/tool")});
    run_tool("/usr/bin/dpkg-deb", {"--root-owner-group", std::string("-Z") + compression, "-b",
                                   folder.path("tree"), folder.path("out.deb")});
    const auto contents = read(folder.read("out.deb"));
    INFO((contents.ok() ? std::string() : contents.error().message()));
    REQUIRE(contents.ok());
    CHECK(contents->package.package == "hm-test");
    CHECK(contents->control_files ==
          std::map<std::string, std::string>{{"postinst", "#!/bin/sh\n"}});
    const auto& files = contents->files;
    REQUIRE(files.contains("usr/bin/tool"));
    REQUIRE(files.contains("usr/bin/twin"));
    const bool first = files.at("usr/bin/tool").target.empty();  // which of the two is the link
    const DebFile& program = files.at(first ? "usr/bin/tool" : "usr/bin/twin");
    CHECK((program.mode & 07777U) == 04755U);
    CHECK(program.owner == "root/root");
    CHECK(program.size == 8);
    CHECK(program.sha256 == sha256("program\n"));
    const DebFile& link = files.at(first ? "usr/bin/twin" : "usr/bin/tool");
    CHECK(link.hard_link);
    CHECK(link.target == (first ? "usr/bin/tool" : "usr/bin/twin"));
    CHECK(S_ISLNK(files.at("usr/bin/alias").mode));
    CHECK(files.at("usr/bin/alias").target == "tool");
  }
}

TEST_CASE("deb contents: a path twice") {
  CHECK(refusal(deb_of_data(tar({{"./a", "1"}, {"a", "2"}}))) ==
        "x.deb: data.tar: has a path twice");
}

TEST_CASE("deb contents: every spelling of a path is the path that dpkg writes to") {
  for (const char* spelled :
       {"./etc/cron.d/job", "etc/cron.d/job", ".//etc/cron.d/job", "/etc/cron.d/job",
        "./etc//cron.d/job", "./etc/./cron.d/job", "././/./etc/cron.d/./job"}) {
    INFO(spelled);
    const auto contents = read(deb_of_data(tar({{spelled, "x"}})));
    REQUIRE(contents.ok());
    CHECK(contents->files.contains("etc/cron.d/job"));
    CHECK(refusal(deb_of_data(tar({{"./etc/cron.d/job", "1"}, {spelled, "2"}}))) ==
          "x.deb: data.tar: has a path twice");
  }
}

TEST_CASE("deb contents: a path that leads upwards, or would write lines of its own") {
  for (const char* spelled : {"../etc/x", "./usr/../etc/x", "usr/.."}) {
    INFO(spelled);
    CHECK(refusal(deb_of_data(tar({{spelled, "x"}}))) == "x.deb: data.tar: has a path with '..'");
  }
  for (const char* spelled : {"x\nother_1_all.deb: the same", "x\x1b[2J", "x\x7f"}) {
    INFO(spelled);
    CHECK(refusal(deb_of_data(tar({{spelled, "x"}}))) ==
          "x.deb: data.tar: has a path with a control character");
  }
}

TEST_CASE("deb contents: a hard link to a file of another package") {
  std::string link = tar_entry({"./usr/share/h", "", '1'});
  link.replace(157, 12, "./etc/shadow");
  std::size_t sum = std::stoul(link.substr(148, 6), nullptr, 8);
  for (const char c : std::string("./etc/shadow")) sum += static_cast<unsigned char>(c);
  link.replace(148, 6, octal(sum, 6));
  const auto contents = read(deb_of_data(link + std::string(1024, '\0')));
  REQUIRE(contents.ok());
  const DebFile& file = contents->files.at("usr/share/h");
  CHECK(file.hard_link);
  CHECK(file.target == "etc/shadow");
  CHECK(S_ISREG(file.mode));
}

TEST_CASE("deb contents: data that ends early, or is no tar archive") {
  const std::string whole = tar({{"./a", std::string(2000, 'a')}});
  CHECK(refusal(deb_of_data(whole.substr(0, 1024))) ==
        "x.deb: data.tar: cannot be read to its end");
  CHECK(refusal(deb_of_data(std::string(3000, 'x'))) ==
        "x.deb: data.tar is not the archive that its name says");
  CHECK(refusal(deb_of_data(whole, "data.tar.xz")) ==
        "x.deb: data.tar.xz is not the archive that its name says");
}

TEST_CASE("deb contents: a control file twice") {
  const std::string control =
      tar({{"./control", kControl}, {"./postinst", "a"}, {"./postinst", "b"}});
  CHECK(refusal(deb_of_tar(control)) == "x.deb: control.tar: has a file twice");
}

}  // namespace
}  // namespace hallmark
