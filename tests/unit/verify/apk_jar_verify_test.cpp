// v1 (JAR) signatures: what is accepted, and each forgery by name.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/jar_fixtures.hpp"
#include "verify/apk/jar_verify.hpp"

namespace hallmark::apk_test {
namespace {

using Codes = std::set<std::string>;

TestJar one_signer(const std::function<void(TestJarSigner&)>& change) {
  TestJar jar;
  change(jar.signers[0]);
  return jar;
}

std::string code_with_block(const std::function<void(TestBlock&)>& change,
                            const Judging& how = {}) {
  return jar_code(one_signer([&](TestJarSigner& signer) { change(signer.block); }), how);
}

TestJarSigner other_signer(const std::string& name) {
  TestJarSigner signer;
  signer.name = name;
  signer.ending = ".EC";
  signer.block.key = &shared_p256();
  signer.block.signature_oid = oid_ec_key;
  return signer;
}

TEST_CASE("jar: what the forgeries start from is accepted") {
  const JarVerdict verdict = judge_jar(signed_jar({}));
  CHECK(verdict.present);
  CHECK(verdict.errors.empty());
  CHECK(verdict.warnings.empty());
  REQUIRE(verdict.signers.size() == 1);
  CHECK(verdict.signers[0].scheme == "v1");
  CHECK(verdict.signers[0].key == "RSA 2048");
  CHECK(verdict.signers[0].subject == "CN=Test signer");
  REQUIRE(verdict.certificates.size() == 1);
  CHECK(verdict.certificates[0].hex() == verdict.signers[0].certificate_sha256);
}

TEST_CASE("jar: kinds of keys and ways to name the algorithm") {
  const auto code = [](const TestKey& key, const Buffer& oid, HashAlgorithm hash, uint32_t min,
                       uint32_t max = kNoMaximum) {
    return code_with_block(
        [&](TestBlock& block) {
          block.key = &key;
          block.signature_oid = oid;
          block.hash = hash;
          block.digest_oid = hash == HashAlgorithm::kSha1 ? oid_sha1 : oid_sha256;
        },
        {min, max, {}});
  };
  const auto sha1 = HashAlgorithm::kSha1;
  const auto sha256 = HashAlgorithm::kSha256;
  const std::string unsupported = "JAR_SIG_UNSUPPORTED_SIG_ALG";
  CHECK(code(shared_rsa_2048(), oid_rsa, sha256, 18) == "verified");
  CHECK(code(shared_rsa_2048(), oid_sha256_with_rsa, sha256, 18) == "verified");
  CHECK(code(shared_rsa_2048(), oid_rsa, sha256, 17) == unsupported);
  CHECK(code(shared_rsa_2048(), oid_rsa, sha1, 24) == "verified");
  CHECK(code(shared_p256(), oid_ec_key, sha256, 18) == "verified");
  CHECK(code(shared_p256(), oid_ec_key, sha256, 17) == unsupported);
  CHECK(code(shared_p256(), oid_sha256_with_ecdsa, sha256, 21) == "verified");
  CHECK(code(shared_p256(), oid_sha256_with_ecdsa, sha256, 20) == unsupported);
  CHECK(code(shared_dsa_1024(), oid_dsa, sha1, 18) == "verified");
  CHECK(code(shared_dsa_1024(), oid_dsa, sha256, 22) == "verified");
  CHECK(code(shared_dsa_1024(), oid_dsa, sha256, 21) == unsupported);
  CHECK(code(shared_dsa_1024(), oid_sha256_with_dsa, sha256, 21) == "verified");
  CHECK(code(shared_dsa_1024(), oid_sha1_with_dsa, sha1, 18) == "verified");
  // A name for another kind of key, or another hash, than the rest says.
  CHECK(code(shared_p256(), oid_rsa, sha256, 24) == "JAR_SIG_VERIFY_EXCEPTION");
  CHECK(code(shared_rsa_2048(), oid_sha256_with_rsa, sha1, 24) == unsupported);
}

TEST_CASE("jar: algorithms that some of the devices do not support") {
  TestJar old;
  old.hash = HashAlgorithm::kSha1;
  TestBlock& block = old.signers[0].block;
  block.hash = HashAlgorithm::kSha1;
  block.digest_oid = oid_sha1;
  CHECK(jar_code(old, {4, kNoMaximum, {}}) == "verified");
  block.hash = HashAlgorithm::kSha256;
  block.digest_oid = oid_sha256;
  CHECK(jar_code(old, {9, 17, {}}) == "JAR_SIG_UNSUPPORTED_SIG_ALG");
  CHECK(jar_code(old, {4, 8, {}}) == "verified");  // knew it, and then it was gone until 18
  CHECK(jar_code(old, {4, 9, {}}) == "JAR_SIG_UNSUPPORTED_SIG_ALG");
  block.digest_oid = oid_md5;
  CHECK(jar_code(old, {4, kNoMaximum, {}}) == "JAR_SIG_UNSUPPORTED_SIG_ALG");
}

TEST_CASE("jar: digests that some of the devices do not look at") {
  TestJar jar;  // SHA-256 in the manifest
  TestBlock& block = jar.signers[0].block;
  block.hash = HashAlgorithm::kSha1;
  block.digest_oid = oid_sha1;
  CHECK(jar_code(jar, {18, kNoMaximum, {}}) == "verified");
  CHECK(jar_code(jar, {17, kNoMaximum, {}}) == "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE");
}

TEST_CASE("jar: changed entry") {
  TestJar jar;
  jar.forge_files = [](std::vector<TestFile>& files) { files[1].content[100] ^= 1; };
  CHECK(jar_code(jar) == "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY");
  jar.forge_files = [](std::vector<TestFile>& files) { files[2].content[199999] ^= 1; };
  CHECK(jar_code(jar) == "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("jar: changed entry that is compressed, with its old CRC") {
  TestJar jar;
  jar.files.push_back({"a", pattern(100000), true});
  Buffer apk = signed_jar(jar);
  const Buffer before = deflated("a", pattern(100000)).data;
  const auto at = std::search(apk.begin(), apk.end(), before.begin(), before.end());
  REQUIRE(at != apk.end());
  at[static_cast<long>(before.size()) / 2] ^= 1;
  CHECK(jar_code(apk) == "ZIP_MALFORMED_ENTRY");
}

TEST_CASE("jar: added entry") {
  TestJar jar;
  jar.more_entries = {stored("classes2.dex", pattern(10))};
  CHECK(jar_code(jar) == "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST");
  jar.more_entries = {stored("meta-inf/x", pattern(10))};
  CHECK(jar_code(jar) == "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST");
  // A directory has nothing to cover; one with contents does.
  jar.more_entries = {stored("assets/", {})};
  CHECK(jar_code(jar) == "verified");
  jar.more_entries = {stored("assets/", pattern(10))};
  CHECK(jar_code(jar) == "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST");
}

TEST_CASE("jar: added entry, added to the manifest too") {
  TestJar jar;
  jar.more_entries = {stored("classes2.dex", pattern(10))};
  jar.forge_manifest = [](std::string& manifest) {
    manifest += section("classes2.dex", "SHA-256-Digest",
                        base64_digest(HashAlgorithm::kSha256, as_text(pattern(10))));
  };
  CHECK(jar_code(jar) == "JAR_SIG_ZIP_ENTRY_NOT_SIGNED");
}

TEST_CASE("jar: removed entry") {
  TestJar jar;
  jar.forge_files = [](std::vector<TestFile>& files) { files.erase(files.begin() + 2); };
  CHECK(jar_code(jar) == "JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST");
  // Also from the manifest: nothing says that it was there, for devices that go by sections.
  jar.forge_manifest = [](std::string& manifest) {
    manifest.erase(manifest.find("Name: res/values.txt"));
  };
  CHECK(jar_code(jar) == "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE");
}

TEST_CASE("jar: an entry that the signature file does not vouch for") {
  CHECK(jar_code(one_signer([](TestJarSigner& s) { s.without = {"classes.dex"}; })) ==
        "JAR_SIG_ZIP_ENTRY_NOT_SIGNED");
}

TEST_CASE("jar: an entry signed by another") {
  TestJar jar;
  jar.signers.push_back(other_signer("OTHER"));
  CHECK(jar_code(jar) == "verified");
  CHECK(judge_jar(signed_jar(jar)).signers.size() == 2);
  jar.signers[1].without = {"classes.dex"};
  CHECK(jar_code(jar) == "JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH");
  jar.signers[0].without = {"AndroidManifest.xml", "res/values.txt"};
  CHECK(jar_code(jar) == "JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH");
}

TEST_CASE("jar: a second signer who signs nothing is ignored, and named") {
  TestJar jar;
  jar.signers.push_back(other_signer("OTHER"));
  jar.signers[1].without = {"AndroidManifest.xml", "classes.dex", "res/values.txt"};
  const JarVerdict verdict = judge_jar(signed_jar(jar));
  CHECK(verdict.errors.empty());
  CHECK(verdict.signers.size() == 1);
  CHECK(warnings_of(jar) == Codes{"JAR_SIG_IGNORED_SIGNER", "JAR_SIG_UNPROTECTED_ZIP_ENTRY"});
  // But he has to be good.
  jar.signers[1].block.forge_signature = [](Buffer& bytes) { bytes.back() ^= 1; };
  CHECK(jar_code(jar) == "JAR_SIG_DID_NOT_VERIFY");
}

TEST_CASE("jar: changed signature file") {
  CHECK(jar_code(one_signer([](TestJarSigner& signer) {
          signer.forge_after = [](std::string& text) { text += "Name: x\r\nX: 1\r\n\r\n"; };
        })) == "JAR_SIG_DID_NOT_VERIFY");
}

TEST_CASE("jar: changed manifest main section") {
  TestJar jar;
  jar.forge_manifest = [](std::string& manifest) { manifest.insert(21, "2"); };
  // Devices then look at sections, which are as they were …
  CHECK(jar_code(jar) == "verified");
  CHECK(warnings_of(jar) == Codes{"JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY"});
  // … unless the signature file has a digest of the main section.
  jar.signers[0].digest_of_main = true;
  CHECK(jar_code(jar) == "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY");
  jar.signers[0].digest_of_manifest = false;
  CHECK(jar_code(jar) == "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY");
  jar.forge_manifest = nullptr;
  CHECK(jar_code(jar) == "verified");
  CHECK(warnings_of(jar) == Codes{"JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE"});
}

TEST_CASE("jar: changed manifest section") {
  TestJar jar;
  jar.forge_manifest = [](std::string& manifest) {
    manifest.insert(manifest.find("Name: classes.dex") + 19, "X: 1\r\n");
  };
  CHECK(jar_code(jar) == "JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("jar: a changed entry and the digest that goes with it") {
  TestJar jar;
  jar.forge_files = [](std::vector<TestFile>& files) { files[1].content[100] ^= 1; };
  jar.forge_manifest = [&](std::string& manifest) {
    Buffer content = jar.files[1].content;
    const std::string old_digest = base64_digest(HashAlgorithm::kSha256, as_text(content));
    content[100] ^= 1;
    manifest.replace(manifest.find(old_digest), old_digest.size(),
                     base64_digest(HashAlgorithm::kSha256, as_text(content)));
  };
  CHECK(jar_code(jar) == "JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("jar: duplicate and unnamed sections") {
  TestJar jar;
  jar.forge_sections = [](std::vector<std::string>& sections) {
    sections.push_back(sections.front());
  };
  CHECK(jar_code(jar) == "JAR_SIG_DUPLICATE_MANIFEST_SECTION");
  jar.forge_sections = [](std::vector<std::string>& sections) {
    sections.emplace_back("X: 1\r\n\r\n");
  };
  CHECK(jar_code(jar) == "JAR_SIG_UNNNAMED_MANIFEST_SECTION");
  CHECK(jar_code(one_signer([](TestJarSigner& signer) {
          signer.forge_before = [](std::string& text) {
            text += text.substr(text.find("Name: classes.dex"));
          };
        })) == "JAR_SIG_DUPLICATE_SIG_FILE_SECTION");
}

TEST_CASE("jar: weird newlines, and names that are wrapped at 70 bytes") {
  TestJar jar;
  std::string name = "assets/";
  for (int i = 0; i < 60; ++i) name += "\xc3\xa9";
  jar.files.push_back({name, pattern(5)});
  const auto wrap = [](std::string& text) {
    std::string out;
    std::size_t column = 0;
    for (const char c : text) {
      if (c == '\n') column = 0;
      if (column == 70) {
        out += "\r\n ";
        column = 1;
      }
      out += c;
      if (c != '\n' && c != '\r') ++column;
    }
    text = out;
  };
  jar.forge_sections = [&](std::vector<std::string>& sections) {
    wrap(sections.back());
    sections[0] = "Name: AndroidManifest.xml\n" + sections[0].substr(sections[0].find('S'));
  };
  jar.signers[0].without = {name};
  jar.signers[0].forge_before = [&](std::string& text) {
    // The name that signature_file_of() saw was cut at the first line's end.
    const std::size_t cut = text.rfind("Name: assets/");
    const std::size_t end = text.find("\r\nSHA", cut);
    text.replace(cut, end - cut, "Name: " + name);
    wrap(text);
  };
  CHECK(jar_code(jar) == "verified");
}

TEST_CASE("jar: stripped v2 and v3") {
  TestJar jar;
  jar.signers[0].main += "X-Android-APK-Signed: 2, 3\r\n";
  CHECK(jar_code(jar) == "JAR_SIG_MISSING_APK_SIG_REFERENCED");
  CHECK(jar_code(jar, {18, kNoMaximum, {2}}) == "JAR_SIG_MISSING_APK_SIG_REFERENCED");
  CHECK(jar_code(jar, {18, kNoMaximum, {3}}) == "JAR_SIG_MISSING_APK_SIG_REFERENCED");
  CHECK(jar_code(jar, {18, kNoMaximum, {2, 3}}) == "verified");
  CHECK(judge_jar(signed_jar(jar), {18, kNoMaximum, {2, 3}}).schemes_referenced ==
        std::set<uint32_t>{2, 3});
  // Devices that do not know a scheme do not miss it.
  CHECK(jar_code(jar, {18, 23, {}}) == "verified");
  CHECK(jar_code(jar, {18, 27, {2}}) == "verified");
  CHECK(warnings_of(jar, {18, 27, {2}}) == Codes{"JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID"});
  CHECK(jar_code(jar, {18, 27, {}}) == "JAR_SIG_MISSING_APK_SIG_REFERENCED");
}

TEST_CASE("jar: nothing says that there are newer signatures, or nonsense does") {
  TestJar jar;
  CHECK(warnings_of(jar, {18, kNoMaximum, {2}}) == Codes{"JAR_SIG_NO_APK_SIG_STRIP_PROTECTION"});
  CHECK(warnings_of(jar, {18, 23, {2}}).empty());
  jar.signers[0].main += "X-Android-APK-Signed: ,x, 2a , 9 ,,4294967296\r\n";
  CHECK(warnings_of(jar) == Codes{"JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID"});
  CHECK(judge_jar(signed_jar(jar)).schemes_referenced == std::set<uint32_t>{9});
}

TEST_CASE("jar: a list of schemes that would give a warning each") {
  const auto naming = [](int schemes) {
    TestJar jar;
    jar.signers[0].main += "X-Android-APK-Signed: 4";
    for (int i = 1; i < schemes; ++i) jar.signers[0].main += "," + std::to_string(i + 4);
    jar.signers[0].main += "\r\n";
    return jar_code(jar);
  };
  CHECK(naming(64) == "verified");
  CHECK(naming(65) == "JAR_SIG_MALFORMED_SIG_FILE");
}

TEST_CASE("jar: more than 10 signers") {
  TestJar jar;
  jar.signers.clear();
  for (int i = 0; i < 10; ++i) jar.signers.push_back(other_signer("S" + std::to_string(i)));
  CHECK(judge_jar(signed_jar(jar)).signers.size() == 10);
  jar.signers.push_back(other_signer("S10"));
  CHECK(jar_code(jar) == "JAR_SIG_MAX_SIGNATURES_EXCEEDED");
}

TEST_CASE("jar: parts that are not there") {
  TestJar jar;
  jar.signers.clear();
  JarVerdict verdict = judge_jar(signed_jar(jar));
  CHECK_FALSE(verdict.present);
  CHECK(verdict.errors[0].code == "JAR_SIG_NO_SIGNATURES");
  jar.more_entries = {stored("META-INF/CERT.RSA", pattern(10))};
  verdict = judge_jar(signed_jar(jar));
  CHECK(verdict.present);
  CHECK(verdict.errors[0].code == "JAR_SIG_NO_SIGNATURES");
  CHECK(verdict.warnings[0].code == "JAR_SIG_MISSING_FILE");
  CHECK(jar_code(write_zip(apk_entries()).file()) == "JAR_SIG_NO_MANIFEST");
  CHECK(jar_code(one_signer([](TestJarSigner& signer) { signer.main = "Created-By: test\r\n"; })) ==
        "JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE");
}

TEST_CASE("jar: nothing outside META-INF") {
  TestJar jar;
  jar.files.clear();
  CHECK(jar_code(jar) == "JAR_SIG_NO_SIGNED_ZIP_ENTRIES");
}

TEST_CASE("jar: entries in META-INF are covered by nothing") {
  TestJar jar;
  for (int i = 0; i < 30; ++i) {
    jar.more_entries.push_back(stored("META-INF/channel_" + std::to_string(i), {}));
  }
  const JarVerdict verdict = judge_jar(signed_jar(jar));
  CHECK(verdict.errors.empty());
  CHECK(verdict.warnings.size() == 21);  // 20 by name
  CHECK(verdict.warnings[20].message == "so are 10 more below META-INF/");
}

TEST_CASE("jar: a signature for those who do not mind the case of letters") {
  TestJar jar;
  jar.more_entries = {stored("META-INF/evil.rsa", pattern(5))};
  CHECK(jar_code(jar) == "JAR_SIG_AMBIGUOUS_NAME");
  CHECK(jar_code(jar, {24, kNoMaximum, {}}) == "verified");
  jar.more_entries = {stored("META-INF/Manifest.MF", pattern(5))};
  CHECK(jar_code(jar) == "JAR_SIG_AMBIGUOUS_NAME");
  jar.more_entries = {stored("META-INF/sig-notes", pattern(5)),
                      stored("META-INF/services/a.rsa", pattern(5))};
  CHECK(jar_code(jar) == "verified");
}

TEST_CASE("jar: made by signtool, for which devices have other rules") {
  CHECK(jar_code(one_signer([](TestJarSigner& signer) {
          signer.main = "Signature-Version: 1.0\r\nCreated-By: signtool 1.3\r\n";
        })) == "JAR_SIG_SIGNTOOL_NOT_SUPPORTED");
}

TEST_CASE("jar: Janus, and duplicate entries, do not get as far as v1") {
  const auto zip_code = [](const Buffer& apk) {
    const UniqueFd fd = memory_file(apk);
    const auto file = FileBytes::open(fd.get());
    const auto archive = read_zip(*file);
    return archive.ok() ? std::string("accepted") : archive.error().subject;
  };
  std::vector<TestEntry> entries = apk_entries();
  entries[0].gap_before = pattern(112);
  CHECK(zip_code(write_zip(entries).file()) == "ZIP_FOREIGN_DATA");
  TestJar jar;
  jar.more_entries = {stored("classes.dex", pattern(3000))};
  CHECK(zip_code(signed_jar(jar)) == "ZIP_DUPLICATE_NAME");
}

TEST_CASE("jar: thousands of entries; of what is wrong with them, the first 20 are named") {
  TestJar jar;
  jar.files.clear();
  for (int i = 0; i < 5000; ++i) {
    jar.files.push_back({"assets/a-directory/with-some-name/file-" + std::to_string(i),
                         Buffer(static_cast<std::size_t>(i % 7), 'x'), i % 2 == 0});
  }
  CHECK(jar_code(jar) == "verified");
  jar.forge_files = [](std::vector<TestFile>& files) {
    for (TestFile& file : files) file.content.push_back('y');
  };
  const JarVerdict verdict = judge_jar(signed_jar(jar));
  CHECK(verdict.errors.size() == 20);
  CHECK(verdict.errors[0].message ==
        "entry 'assets/a-directory/with-some-name/file-0' is not what the manifest says");
}

}  // namespace
}  // namespace hallmark::apk_test
