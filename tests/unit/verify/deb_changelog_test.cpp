// Which changelog a .deb brings, whatever it is made of, and where it is served.
#include "verify/deb_changelog.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/deb_fixtures.hpp"
#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

using deb_test::tar;
using deb_test::TarEntry;

const std::string kDoc = "./usr/share/doc/hm-test/";

std::string gz(std::string_view text) {
  const auto member = gzip_member(text, 9);
  REQUIRE(member.ok());
  return *member;
}

Result<std::optional<std::string>> read_changelog(const std::string& data_tar,
                                                  const std::string& version = "1.0-1") {
  const std::string control = deb_test::control_with("Version:", "Version: " + version + "\n");
  auto members = deb_test::deb_members(tar({{"./", "", '5'}, {"./control", control}}));
  members.at(2).content = data_tar;
  const UniqueFd fd = deb_test::memory_file(deb_test::ar(members));
  HALLMARK_TRY(const DebPackage deb, read_deb(fd.get(), "x.deb"));
  return deb_changelog(fd.get(), deb, "x.deb");
}

// "none" where there is none.
std::string changelog(const std::vector<TarEntry>& entries, const std::string& version = "1.0-1") {
  const auto found = read_changelog(tar(entries), version);
  INFO((found.ok() ? "" : found.error().message()));
  REQUIRE(found.ok());
  return found->value_or("none");
}

TEST_CASE("deb changelog: of a Debian revision, and of a native package") {
  const TarEntry debian{kDoc + "changelog.Debian.gz", gz("debian")};
  const TarEntry plain{kDoc + "changelog.gz", gz("plain")};
  CHECK(changelog({{kDoc + "copyright", "x"}, plain, debian, {"./usr/x", "y"}}) == "debian");
  CHECK(changelog({plain, debian}, "1.0") == "debian");
  CHECK(changelog({plain}, "1:1.0") == "plain");
  CHECK(changelog({plain}) == "none");  // upstream's
  CHECK(changelog({{kDoc + "changelog.Debian", "not packed"}}) == "not packed");
  CHECK(changelog({{kDoc + "changelog", "not packed"}}, "1.0") == "not packed");
  CHECK(changelog({{"usr//share/./doc/hm-test/changelog.Debian.gz", gz("spelled")}}) == "spelled");
}

TEST_CASE("deb changelog: its bytes are not looked at") {
  const std::string bytes("\xff\xfe\x00\x1b[31m<script>\xe2\x80\xae\r\n", 18);
  CHECK(changelog({{kDoc + "changelog.Debian.gz", gz(bytes)}}) == bytes);
}

TEST_CASE("deb changelog: none is there") {
  const std::string name = kDoc + "changelog.Debian.gz";
  CHECK(changelog({{"./", "", '5'}}) == "none");
  CHECK(changelog({{"./usr/share/doc/other/changelog.Debian.gz", gz("other")}}) == "none");
  CHECK(changelog({{"./usr/share/doc/hm-test", "", '2'}}) == "none");
  CHECK(changelog({{name, "", '1'}}) == "none");
  CHECK(changelog({{name, "", '2'}}) == "none");
  CHECK(changelog({{name, "", '5'}}) == "none");
  CHECK(changelog({{name, "", '6'}}) == "none");
  CHECK(changelog({{"./usr/../" + kDoc + "changelog.Debian.gz", gz("text")}}) == "none");
}

TEST_CASE("deb changelog: one that is not as its name says is none") {
  const std::string name = kDoc + "changelog.Debian.gz";
  const std::string good = gz("text");
  CHECK(changelog({{name, "text"}}) == "none");
  CHECK(changelog({{name, ""}}) == "none");
  CHECK(changelog({{name, gz("")}}) == "none");
  CHECK(changelog({{name, good.substr(0, good.size() - 1)}}) == "none");
  CHECK(changelog({{name, good + "x"}}) == "none");
  CHECK(changelog({{name, good + good}}) == "none");
}

TEST_CASE("deb changelog: too large, packed or unpacked") {
  const std::string name = kDoc + "changelog.Debian";
  const std::string most(kMostChangelog, 'x');
  CHECK(changelog({{name, most}}) == most);
  CHECK(changelog({{name + ".gz", gz(most)}}) == most);
  CHECK(changelog({{name, most + "x"}}) == "none");
  CHECK(changelog({{name + ".gz", gz(most + "x")}}) == "none");
  const std::string bomb = gz(std::string(std::size_t{200} << 20U, '\0'));
  REQUIRE(bomb.size() < std::size_t{1} << 20U);
  CHECK(changelog({{name + ".gz", bomb}}) == "none");
}

TEST_CASE("deb changelog: of two entries the last is what dpkg leaves") {
  const std::string name = kDoc + "changelog.Debian.gz";
  CHECK(changelog({{name, gz("first")}, {name, gz("second")}}) == "second");
  CHECK(changelog({{name, gz("first")}, {name, "", '2'}}) == "none");
}

TEST_CASE("deb changelog: a data member that cannot be read is refused") {
  for (const std::string& data :
       {std::string("x"), tar({{"./usr", "", 'x'}}), std::string(512, '\1')}) {
    const auto found = read_changelog(data);
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().kind == ErrorKind::kVerification);
  }
}

std::string path_of(const std::string& source, const std::string& version,
                    const std::string& component = "main") {
  DebPackage deb;
  deb.package = "other";
  deb.version = "9";
  deb.source = source;
  deb.source_version = version;
  return changelog_path(component, deb);
}

TEST_CASE("deb changelog: its path is apt's @CHANGEPATH@, of the source without the epoch") {
  CHECK(path_of("apt", "1.1") == "changelogs/main/a/apt/apt_1.1_changelog");
  CHECK(path_of("tool", "2:1.0-3~x+y") == "changelogs/main/t/tool/tool_1.0-3~x+y_changelog");
  CHECK(path_of("libapt", "2.0", "contrib") ==
        "changelogs/contrib/liba/libapt/libapt_2.0_changelog");
  // Where the pool has "l/lib": apt takes what begins with "lib" for a library, however short.
  CHECK(path_of("lib", "1") == "changelogs/main/lib/lib/lib_1_changelog");
  CHECK(path_of("liba", "1") == "changelogs/main/liba/liba/liba_1_changelog");
}

}  // namespace
}  // namespace hallmark
