#include "verify/deb_package.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace {

using namespace hallmark;
using namespace hallmark::deb_test;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

Result<DebPackage> read(const std::string& bytes) {
  return read_deb(memory_file(bytes).get(), "x.deb");
}

// What is wrong with a package of this control file: "subject: cause".
std::string refusal(const std::string& control) {
  const auto deb = read(deb_of_control(control));
  if (deb.ok()) return "accepted";
  CHECK(deb.error().kind == ErrorKind::kVerification);
  return deb.error().message();
}

bool refused_field(const std::string& start, const std::string& replacement,
                   const std::string& name) {
  return refusal(control_with(start, replacement)) ==
         "x.deb: control: has a malformed field " + name;
}

// A package built by dpkg-deb with this control file.
std::string build(const TestFolder& folder, const std::string& control,
                  const std::vector<std::string>& options) {
  folder.write("tree/DEBIAN/control", control);
  folder.write("tree/usr/share/doc/hm-test/data", std::string(5000, 'd'));
  run_tool("/bin/chmod", {"-R", "0755", folder.path("tree")});
  std::vector<std::string> arguments = {"--root-owner-group"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), {"-b", folder.path("tree"), folder.path("out.deb")});
  run_tool("/usr/bin/dpkg-deb", arguments);
  return folder.read("out.deb");
}

}  // namespace

TEST_CASE("deb package: packages of dpkg-deb, each compression") {
  for (const char* compression : {"none", "gzip", "xz", "zstd"}) {
    for (const char* uniform : {"--uniform-compression", "--no-uniform-compression"}) {
      const TestFolder folder;
      const std::string bytes = build(folder, kControl, {std::string("-Z") + compression, uniform});
      INFO(compression << ' ' << uniform);
      const auto deb = read(bytes);
      INFO((deb.ok() ? std::string() : deb.error().message()));
      REQUIRE(deb.ok());
      CHECK(deb->package == "hm-test");
      CHECK(deb->version == "1:2.0-3");
      CHECK(deb->architecture == "amd64");
      CHECK(deb->size == bytes.size());
      CHECK(deb->sha256 == sha256(bytes));
    }
  }
}

TEST_CASE("deb package: the test's own archive is one to dpkg-deb too") {
  const TestFolder folder;
  const std::string path = folder.write("x.deb", deb_of_control(kControl));
  CHECK(run_tool("/usr/bin/dpkg-deb", {"-f", path}) == kControl);
}

TEST_CASE("deb package: fields are what dpkg-deb reads, the stanza what dpkg-scanpackages lists") {
  const TestFolder folder;
  const auto deb = read(build(folder, kControl, {}));
  REQUIRE(deb.ok());
  for (const auto& [name, value] : deb->control.fields) {
    if (name == "Depends") continue;  // dpkg-deb writes relations in its own form
    CHECK(run_tool("/usr/bin/dpkg-deb", {"-f", folder.path("out.deb"), name}) == value + '\n');
  }
  const auto listed = parse_deb822_paragraph(
      run_tool("/usr/bin/dpkg-scanpackages", {folder.path("out.deb")}), "dpkg-scanpackages");
  REQUIRE(listed.ok());
  const auto ours = parse_deb822_paragraph(index_stanza(*deb, folder.path("out.deb")), "stanza");
  REQUIRE(ours.ok());
  CHECK(ours->fields.size() == deb->control.fields.size() + 3);
  for (const auto& [name, value] : ours->fields) {
    INFO(name);
    REQUIRE(listed->find(name) != nullptr);
    CHECK(*listed->find(name) == value);
  }
}

TEST_CASE("deb package: the stanza, byte for byte") {
  const std::string bytes = deb_of_control(kControl);
  const auto deb = read(bytes);
  REQUIRE(deb.ok());
  const std::string path = pool_path(*deb, "main");
  std::string expected = kControl;
  expected.insert(expected.find("Description"),
                  "Filename: pool/main/h/hm-test/hm-test_2.0-3_amd64.deb\nSize: " +
                      std::to_string(bytes.size()) + "\nSHA256: " + sha256(bytes).hex() + '\n');
  CHECK(index_stanza(*deb, path) == expected);
}

TEST_CASE("deb package: the descriptor's offset is neither used nor moved") {
  const UniqueFd file = memory_file(deb_of_control(kControl));
  const off_t at = ::lseek(file.get(), 0, SEEK_CUR);
  CHECK(at > 0);
  CHECK(read_deb(file.get(), "x.deb").ok());
  CHECK(::lseek(file.get(), 0, SEEK_CUR) == at);
}

TEST_CASE("deb package: what is not a regular file is refused") {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  CHECK_FALSE(read_deb(read_end.get(), "pipe").ok());
  const auto folder = open_dir("/");
  REQUIRE(folder.ok());
  CHECK_FALSE(read_deb(folder->get(), "folder").ok());
  CHECK_FALSE(read_deb(-1, "nothing").ok());
}

TEST_CASE("deb package: source name and version") {
  const auto without = read(deb_of_control(kControl));
  REQUIRE(without.ok());
  CHECK(without->source == "hm-test");
  CHECK(without->source_version == "1:2.0-3");
  const auto name = read(deb_of_control("Source: hm-src\n" + kControl));
  REQUIRE(name.ok());
  CHECK(name->source == "hm-src");
  CHECK(name->source_version == "1:2.0-3");
  const auto both = read(deb_of_control("Source: libhm (1.9-1)\n" + kControl));
  REQUIRE(both.ok());
  CHECK(both->source == "libhm");
  CHECK(both->source_version == "1.9-1");
  CHECK(pool_path(*both, "contrib") == "pool/contrib/libh/libhm/hm-test_2.0-3_amd64.deb");
  for (const char* source : {"", "A", "../x", "hm-src (1.0", "hm-src (1.0) ", "hm-src ()", "a b",
                             "hm-src(1.0)", "hm-src (1.0)x", "hm-src (../1)", "/x", "x\n y"}) {
    INFO(source);
    const std::string line = "Source: " + std::string(source) + '\n';
    const bool trimmed_to_valid = std::string_view(source) == "hm-src (1.0) ";
    CHECK(read(deb_of_control(line + kControl)).ok() == trimmed_to_valid);
  }
}

TEST_CASE("deb package: pool paths of short library names") {
  DebPackage deb;
  deb.package = "x";
  deb.version = "1";
  deb.architecture = "all";
  for (const auto& [source, folder] : std::vector<std::pair<std::string, std::string>>{
           {"lib", "l"}, {"liba", "liba"}, {"libab", "liba"}, {"figlet", "f"}, {"0ad", "0"}}) {
    deb.source = source;
    CHECK(pool_path(deb, "main") == "pool/main/" + folder + '/' + source + "/x_1_all.deb");
  }
}

TEST_CASE("deb package: a field that must be there is missing") {
  for (const char* name : {"Package", "Version", "Architecture", "Maintainer"}) {
    CHECK(refusal(control_with(std::string(name) + ':', "")) ==
          std::string("x.deb: control: has no field ") + name);
  }
  std::string control = kControl;
  control.erase(control.find("Description"));
  CHECK(refusal(control) == "x.deb: control: has no field Description");
}

TEST_CASE("deb package: a field that must be there is malformed") {
  for (const char* name : {"", "A", "x", "../../etc/passwd", "hm test", "hm_test", "Hm-test"}) {
    CHECK(refused_field("Package:", "Package: " + std::string(name) + '\n', "Package"));
  }
  for (const char* version : {"", "1/2", "..", "-1", "1:", "1.0 2", "a", "1:1:1", "1_0"}) {
    CHECK(refused_field("Version:", "Version: " + std::string(version) + '\n', "Version"));
  }
  for (const char* name : {"", "any", "linux-any", "AMD64", "amd64/..", "amd64 arm64"}) {
    CHECK(refused_field("Architecture:", "Architecture: " + std::string(name) + '\n',
                        "Architecture"));
  }
  CHECK(refused_field("Version:", "Version: 1.0\n 2.0\n", "Version"));
  CHECK(refused_field("Package:", "Package:\n hm-test\n", "Package"));
  CHECK(refused_field("Maintainer:", "Maintainer:\n", "Maintainer"));
  CHECK(refused_field("Description:", "Description:\n", "Description"));
}

TEST_CASE("deb package: a name and version too long for a file name") {
  const std::string control = "Package: " + std::string(128, 'a') +
                              "\nVersion: " + std::string(128, '1') +
                              "\nArchitecture: all\nMaintainer: m\nDescription: d\n";
  CHECK(refusal(control) == "x.deb: control: has a name and version that are too long together");
}

TEST_CASE("deb package: a control file that supplies what only an index may") {
  for (const char* name :
       {"Filename", "filename", "Size", "MD5sum", "SHA1", "sha256", "SHA512", "SHA3-256",
        "Description-md5", "Phased-Update-Percentage", "phased-update-percentage"}) {
    const std::string line = std::string(name) + ": x\n";
    CHECK(refusal(kControl + line) ==
          "x.deb: control: has the field " + std::string(name) + ", which only an index may have");
  }
}

TEST_CASE("deb package: control files with more than one meaning") {
  CHECK(refusal("") == "x.deb: control: is empty");
  CHECK(refusal(kControl + "\nPackage: b\n") == "x.deb: control: has more than one paragraph");
  CHECK(refusal(kControl + "Version: 9\n") ==
        "x.deb: control, line 14: the field Version is there twice");
  CHECK(refusal(kControl + "pAcKaGe: b\n") ==
        "x.deb: control, line 14: the field pAcKaGe is there twice");
  CHECK(refusal(kControl + "X: \xe9t\xe9\n") == "x.deb: control, line 14: is not UTF-8");
  CHECK(refusal(kControl + std::string("X: \0\n", 5)) ==
        "x.deb: control, line 14: holds a control character");
  CHECK(refusal(kControl + " \nVersion: 9\n") ==
        "x.deb: control, line 14: is a line of white space");
}

TEST_CASE("deb package: the order of stanzas") {
  const auto deb = [](const char* package, const char* version, const char* architecture) {
    DebPackage made;
    made.package = package;
    made.version = version;
    made.architecture = architecture;
    return made;
  };
  const std::vector<DebPackage> ordered = {deb("a", "1", "amd64"),      deb("a-b", "1", "amd64"),
                                           deb("b", "1.0~rc", "amd64"), deb("b", "1.0", "amd64"),
                                           deb("b", "1.0", "arm64"),    deb("b", "1.00", "amd64"),
                                           deb("b", "1.10", "amd64"),   deb("b", "1:0", "all")};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      CHECK(stanza_before(ordered[i], ordered[j]) == (i < j));
    }
  }
}
