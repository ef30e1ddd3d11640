// The files of a JAR signature that consist of sections: what is read, and what is refused.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/bytes.hpp"
#include "verify/apk/jar_digests.hpp"
#include "verify/apk/jar_manifest.hpp"

namespace hallmark {
namespace {

Result<JarFile> parse(std::string_view text, JarFileKind kind = JarFileKind::kManifest) {
  return JarFile::parse(kind, as_bytes(text));
}

std::string code_of(std::string_view text, JarFileKind kind = JarFileKind::kManifest) {
  const auto file = parse(text, kind);
  return file.ok() ? "accepted" : file.error().subject;
}

TEST_CASE("jar manifest: sections, and the bytes that digests of them cover") {
  const std::string text =
      "Manifest-Version: 1.0\r\nCreated-By: x\r\n\r\n"
      "Name: a\r\nSHA1-Digest: AA==\r\n\r\n\r\n"
      "name: b/c d\r\nX: y: z\r\n\r\n";
  const auto file = parse(text);
  REQUIRE(file.ok());
  REQUIRE(file->sections().size() == 2);
  const auto bytes = [&](const JarSection& section) {
    return text.substr(section.offset, section.size);
  };
  CHECK(bytes(file->main()) == "Manifest-Version: 1.0\r\nCreated-By: x\r\n\r\n");
  CHECK(file->value(file->main(), "created-BY") == "x");
  CHECK_FALSE(file->value(file->main(), "Created").has_value());
  CHECK(file->sections()[0].entry == "a");
  // A second empty line belongs to no section.
  CHECK(bytes(file->sections()[0]) == "Name: a\r\nSHA1-Digest: AA==\r\n\r\n");
  CHECK(file->sections()[1].entry == "b/c d");
  CHECK(bytes(file->sections()[1]) == "name: b/c d\r\nX: y: z\r\n\r\n");
  CHECK(file->value(file->sections()[1], "x") == "y: z");
}

TEST_CASE("jar manifest: weird line ends") {
  for (const std::string end : {"\r\n", "\n", "\r"}) {
    const std::string text = "V: 1" + end + end + "Name: a" + end + " b" + end + "X: 1" + end + end;
    INFO("line end of " << end.size());
    const auto file = parse(text);
    REQUIRE(file.ok());
    REQUIRE(file->sections().size() == 1);
    CHECK(file->sections()[0].entry == "ab");
    CHECK(file->sections()[0].offset == 4 + 2 * end.size());
    CHECK(file->sections()[0].size == text.size() - file->sections()[0].offset);
  }
  // Mixed: LF CR is two line ends, CR LF is one.
  const auto mixed = parse("V: 1\n\rName: a\r\nX: 1\r\r");
  REQUIRE(mixed.ok());
  CHECK(mixed->sections().size() == 1);
  // The last line needs no end; neither does the last section.
  const auto open_end = parse("V: 1\n\nName: a\nX: 1");
  REQUIRE(open_end.ok());
  CHECK(open_end->value(open_end->sections()[0], "X") == "1");
}

TEST_CASE("jar manifest: wrapped lines, within a UTF-8 character too") {
  const auto file = parse("V: 1\r\n\r\nName: caf\xc3\r\n \xa9/\r\n  two\r\n \r\nX: 1\r\n\r\n");
  REQUIRE(file.ok());
  CHECK(file->sections()[0].entry == "caf\xc3\xa9/ two");
  CHECK(file->value(file->sections()[0], "X") == "1");
}

TEST_CASE("jar manifest: nothing is in an empty file") {
  for (const std::string_view text : {"", "\r\n\r\n", "\n\r\n"}) {
    const auto file = parse(text);
    REQUIRE(file.ok());
    CHECK(file->sections().empty());
    CHECK(file->main().size == 0);
  }
}

TEST_CASE("jar manifest: what parsers read differently is refused") {
  const std::string_view malformed[] = {
      "V: 1\n\nName: a\nNo colon\n",
      "V: 1\n\nName: a\nColon:no space\n",
      "V: 1\n\nName : a\n",  // a space in the attribute's name
      "V: 1\n\nName: a\n: no name\n",
      "V: 1\n\nName: a\nX\xc3\xa4: 1\n",
      " V: 1\n",                        // continues nothing, at the start …
      "V: 1\n\n Name: a\n",             // … and after an empty line
      "V: 1\nv: 2\n",                   // twice, in the main section
      "V: 1\n\nName: a\nX: 1\nx: 1\n",  // … and in another
      "V: 1\n\nName: a\nName: b\n",
  };
  for (const std::string_view text : malformed) {
    INFO(text);
    CHECK(code_of(text) == "JAR_SIG_MALFORMED_MANIFEST");
    CHECK(code_of(text, JarFileKind::kSignatureFile) == "JAR_SIG_MALFORMED_SIG_FILE");
  }
  CHECK(code_of(std::string_view("V: 1\n\nName: a\0b\n", 16)) == "JAR_SIG_MALFORMED_MANIFEST");
  CHECK(code_of(std::string(71, 'x') + ": 1\n") == "JAR_SIG_MALFORMED_MANIFEST");
  CHECK(code_of(std::string(70, 'x') + ": 1\n") == "accepted");
}

TEST_CASE("jar manifest: duplicate and unnamed sections") {
  CHECK(code_of("V: 1\n\nName: a\n\nName: b\n\nName: a\n") == "JAR_SIG_DUPLICATE_MANIFEST_SECTION");
  CHECK(code_of("V: 1\n\nName: a\n\nName: a\n", JarFileKind::kSignatureFile) ==
        "JAR_SIG_DUPLICATE_SIG_FILE_SECTION");
  CHECK(code_of("V: 1\n\nX: 1\nName: a\n") == "JAR_SIG_UNNNAMED_MANIFEST_SECTION");
  CHECK(code_of("V: 1\n\nName: \nX: 1\n", JarFileKind::kSignatureFile) ==
        "JAR_SIG_UNNNAMED_SIG_FILE_SECTION");
}

TEST_CASE("jar manifest: limits") {
  std::string many = "V: 1\n";
  for (int i = 0; i < 63; ++i) many += "X" + std::to_string(i) + ": 1\n";
  CHECK(code_of(many) == "accepted");
  CHECK(code_of(many + "Y: 1\n") == "JAR_SIG_MALFORMED_MANIFEST");
  std::string sections = "V: 1\n\n";
  for (int i = 0; i < 0xffff; ++i) sections += "Name: " + std::to_string(i) + "\n\n";
  CHECK(code_of(sections) == "accepted");
  CHECK(code_of(sections + "Name: x\n") == "JAR_SIG_MALFORMED_MANIFEST");
  CHECK(code_of(std::string(JarFile::kMaxSize + 1, '\n')) == "JAR_SIG_MALFORMED_MANIFEST");
}

// The digests that are chosen, as "SHA-1 SHA-256"; a "!" in front if not for all devices.
std::string chosen(const std::string& attributes, SdkRange devices) {
  const std::string text = "V: 1\n\nName: a\n" + attributes;
  const auto file = parse(text);
  REQUIRE(file.ok());
  const auto found = digests_to_check(*file, file->sections()[0], "-Digest", devices);
  if (!found.ok()) return found.error().subject;
  std::string out = found->for_all_devices ? "" : "!";
  for (const JarDigest& digest : found->digests) out += std::to_string(digest.value[0]);
  return out;
}

TEST_CASE("jar digests: old devices take what is listed, newer ones the strongest") {
  const SdkRange all{8, 0xffff};
  const SdkRange old{8, 17};
  const SdkRange recent{18, 0xffff};
  const std::string sha1 = "SHA1-Digest: AQ==\n";
  const std::string sha256 = "SHA-256-Digest: Ag==\n";
  const std::string sha512 = "SHA-512-Digest: Aw==\n";
  const std::string listed = "Digest-Algorithms: SHA-256 SHA1\n";
  CHECK(chosen(sha1, all) == "1");
  CHECK(chosen(sha256, recent) == "2");
  CHECK(chosen(sha256, old) == "!");
  CHECK(chosen(sha256, all) == "!2");
  CHECK(chosen(sha1 + sha256, all) == "12");
  CHECK(chosen(sha1 + sha256, recent) == "2");
  CHECK(chosen(sha1 + sha256 + sha512, recent) == "3");
  CHECK(chosen(sha1 + sha256 + listed, old) == "2");
  CHECK(chosen(sha256 + "Digest-Algorithms: sha-512 sha-256\n", {8, 8}) == "2");
  CHECK(chosen(sha512 + sha256 + "Digest-Algorithms: SHA-512 SHA-256\n", {8, 8}) == "2");
  CHECK(chosen(sha512 + sha256 + "Digest-Algorithms: SHA-512 SHA-256\n", {9, 9}) == "3");
  CHECK(chosen("SHA-Digest: AQ==\n", old) == "1");
  CHECK(chosen("SHA-Digest: AQ==\n", all) == "!1");
  CHECK(chosen("SHA-Digest: AQ==\n", recent) == "!");
  // MD5 is a digest that old devices would take.
  CHECK(chosen("MD5-Digest: AQ==\nDigest-Algorithms: MD5 SHA1\n" + sha1, old) == "!");
  CHECK(chosen("MD5-Digest: AQ==\n", all) == "!");
  CHECK(chosen("MD5-Digest: AQ==\nDigest-Algorithms: SHA1 MD5\n" + sha1, old) == "1");
  CHECK(chosen("SHA1-Digest: A\n", recent) == "JAR_SIG_MALFORMED_MANIFEST");
}

TEST_CASE("jar digests: a list of algorithms that would keep the judge busy") {
  const auto listed = [](std::size_t others) {
    std::string list = "Digest-Algorithms:";
    for (std::size_t i = 0; i < others; ++i) list += " X";
    return chosen("SHA1-Digest: AQ==\n" + list + " SHA1\n", {8, 17});
  };
  CHECK(listed(63) == "1");
  CHECK(listed(64) == "JAR_SIG_MALFORMED_MANIFEST");
}

}  // namespace
}  // namespace hallmark
