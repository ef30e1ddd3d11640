// Source packages: the stanza is what apt-ftparchive writes, and every malformed .dsc is a named
// refusal.
#include "verify/source_package.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>

#include "tests/unit/verify/deb_fixtures.hpp"
#include "tests/unit/verify/source_fixtures.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

using source_test::NamedBytes;
using source_test::TestSource;

Result<SourcePackage> read(const std::vector<NamedBytes>& files) {
  std::vector<UniqueFd> fds;
  std::vector<int> numbers;
  for (const auto& [name, bytes] : files) {
    fds.push_back(deb_test::memory_file(bytes));
    numbers.push_back(fds.back().get());
  }
  return read_source(numbers, "test.dsc");
}

std::map<std::string, std::string> fields_of(const std::string& stanza) {
  const auto paragraph = parse_deb822_paragraph(stanza, "stanza");
  INFO(stanza);
  REQUIRE(paragraph.ok());
  return {paragraph->fields.begin(), paragraph->fields.end()};
}

TEST_CASE("source: the stanza has the fields that apt-ftparchive writes") {
  TestSource source;
  source.more =
      "Homepage: https://example.org/\nTestsuite: autopkgtest\nVcs-Git: https://x/y.git\n";
  const auto package = read(source.all());
  INFO((package.ok() ? "" : package.error().message()));
  REQUIRE(package.ok());
  const std::string folder = pool_folder("main", package->dsc.package);
  CHECK(folder == "pool/main/t/tool");
  const test::TestFolder root;
  for (const auto& [name, bytes] : source.all()) root.write(folder + "/" + name, bytes);
  const std::string theirs =
      test::run_tool("/usr/bin/env", {"-C", root.path(), "apt-ftparchive", "-q", "-q", "-o",
                                      "APT::FTPArchive::SHA1=false", "-o",
                                      "APT::FTPArchive::SHA512=false", "sources", "pool"});
  const std::string ours = sources_stanza(*package, folder);
  CHECK(fields_of(ours) == fields_of(theirs));
  CHECK(ours.starts_with("Package: tool\n"));
  CHECK(ours.ends_with("\n"));
  const auto files = files_of_stanza(ours);
  REQUIRE(files.ok());
  CHECK(*files == package->files);
}

TEST_CASE("source: its other files may be handed in in any order") {
  const TestSource source;
  std::vector<NamedBytes> files = source.all();
  std::swap(files.at(1), files.at(2));
  const auto package = read(files);
  REQUIRE(package.ok());
  CHECK(sources_stanza(*package, "x") == sources_stanza(*read(source.all()), "x"));
}

TEST_CASE("source: the .dsc's name has no epoch") {
  TestSource source;
  source.version = "2:1.0-1";
  const auto package = read(source.all());
  REQUIRE(package.ok());
  CHECK(package->files.front().name == "tool_1.0-1.dsc");
}

void check_refused(const std::vector<NamedBytes>& files, const std::string& words) {
  const auto package = read(files);
  REQUIRE_FALSE(package.ok());
  INFO(package.error().message());
  CHECK(package.error().kind == ErrorKind::kVerification);
  CHECK(package.error().message().find(words) != std::string::npos);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("source: files that are not those of the .dsc") {
  const TestSource source;
  std::vector<NamedBytes> files = source.all();
  SECTION("one is missing") {
    files.pop_back();
    check_refused(files, "names 2 file(s), and 1 are there");
  }
  SECTION("one too many") {
    files.push_back({"x", "more"});
    check_refused(files, "names 2 file(s), and 3 are there");
  }
  SECTION("one in the place of another") {
    files.back() = files.at(1);
    check_refused(files, "no file with these bytes is there");
  }
  SECTION("other bytes") {
    files.back().second = "Packaging";
    check_refused(files, "no file with these bytes is there");
  }
  SECTION("another MD5") {
    files.front().second =
        replaced(files.front().second, source_test::md5_of("upstream"), std::string(32, '0'));
    check_refused(files, "another MD5");
  }
}

TEST_CASE("source: a malformed .dsc") {
  const TestSource source;
  const std::string text = source.text();
  const auto check = [&](const std::string& forged, const std::string& words) {
    std::vector<NamedBytes> files = source.all();
    files.front().second = TestSource::clearsigned(forged);
    check_refused(files, words);
  };
  SECTION("no Source") { check(replaced(text, "Source: ", "Sourced: "), "no field Source"); }
  SECTION("no Version") { check(replaced(text, "\nVersion: ", "\nV: "), "no field Version"); }
  SECTION("no Files") { check(replaced(text, "\nFiles:", "\nFils:"), "no field Files"); }
  SECTION("no digests") {
    check(replaced(text, "Checksums-Sha256:", "Checksums-Sha3:"), "no field Checksums-Sha256");
  }
  SECTION("a Source that leaves the pool") {
    check(replaced(text, "Source: tool", "Source: ../tool"), "malformed field Source");
  }
  SECTION("a Version that is none") {
    check(replaced(text, "Version: 1.0-1", "Version: 1.0/1"), "malformed field Version");
  }
  SECTION("a field of an index") {
    check("Directory: pool/x\n" + text, "which only an index may have");
  }
  SECTION("a field of an index, too") {
    check("Package: other\n" + text, "which only an index may have");
  }
  SECTION("a field twice") { check("Source: other\n" + text, "twice"); }
  SECTION("a second paragraph") { check(text + "\nSource: other\n", "more than one paragraph"); }
  SECTION("a file that leaves the folder") {
    const std::string upstream = sha256("upstream").hex();
    check(replaced(text, upstream + " 8 tool_1.0.orig.tar.gz", upstream + " 8 ../x"),
          "malformed line in Checksums-Sha256");
  }
  SECTION("a size that is no number") {
    check(replaced(text, sha256("upstream").hex() + " 8", sha256("upstream").hex() + " -8"),
          "malformed line in Checksums-Sha256");
  }
  SECTION("a digest that is none") {
    check(replaced(text, source_test::md5_of("upstream"), std::string(32, 'G')),
          "malformed line in Files");
  }
}

TEST_CASE("source: lists that do not agree, and names that are no source's") {
  TestSource source;
  SECTION("other names by MD5") {
    std::vector<NamedBytes> files = source.all();
    files.front().second = TestSource::clearsigned(
        replaced(source.text(), source_test::md5_of("upstream") + " 8 tool_1.0.orig",
                 source_test::md5_of("upstream") + " 8 tool_1.1.orig"));
    check_refused(files, "other files in Files");
  }
  SECTION("a file twice") {
    source.files.at(1) = source.files.at(0);
    check_refused(source.all(), "twice");
  }
  SECTION("another package's file") {
    source.files.at(0).first = "other_1.0.orig.tar.gz";
    check_refused(source.all(), "no part of a source");
  }
  SECTION("a package's file") {
    source.files.at(0).first = "tool_1.0-1_amd64.deb";
    check_refused(source.all(), "no part of a source");
  }
  SECTION("no file at all") {
    source.files.clear();
    check_refused(source.all(), "names no files");
  }
}

TEST_CASE("source: what is no clear-signed message") {
  const TestSource source;
  std::vector<NamedBytes> files = source.all();
  SECTION("unsigned") { files.front().second = source.text(); }
  SECTION("something before it") { files.front().second.insert(0, "Source: other\n"); }
  SECTION("something behind it") { files.front().second += "Source: other\n"; }
  SECTION("two of them") { files.front().second += files.front().second; }
  check_refused(files, "is not one clear-signed message");
}

TEST_CASE("source: a .dsc that is too long, and none") {
  TestSource source;
  source.more = "X-Long: " + std::string(std::size_t{1} << 20U, 'x') + "\n";
  CHECK_FALSE(read(source.all()).ok());
  CHECK_FALSE(read({}).ok());
}

}  // namespace
}  // namespace hallmark
