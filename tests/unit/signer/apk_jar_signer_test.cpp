// Making a v1 (JAR) signature, and signing an app bundle with it.
#include <catch2/catch_test_macros.hpp>

#include "signer/apk/aab_signing.hpp"
#include "signer/apk/jar_manifest_writer.hpp"
#include "signer/apk/jar_signer.hpp"
#include "tests/unit/signer/jar_signing.hpp"

namespace hallmark::apk_test {
namespace {

TEST_CASE("jar signer: what it makes is accepted, for every kind of key") {
  const Buffer apk = write_zip(jar_entries()).file();
  for (const TestKey* key : {&shared_rsa_2048(), &shared_p256()}) {
    const JarVerdict verdict = judge_jar(sign_v1(apk, *key, {}));
    CHECK(verdict.errors.empty());
    REQUIRE(verdict.warnings.size() == 1);
    CHECK(verdict.warnings[0].code == "JAR_SIG_UNPROTECTED_ZIP_ENTRY");  // META-INF/services
    CHECK(verdict.signers.size() == 1);
  }
  for (const TestKey& key : {TestKey::rsa(3072), TestKey::ec("P-384"), TestKey::ec("P-521")}) {
    CHECK(jar_code(sign_v1(apk, key, {})) == "verified");
  }
}

TEST_CASE("jar signer: SHA-1 for old devices, and only then") {
  const Buffer apk = write_zip(jar_entries()).file();
  JarOptions options;
  options.sha1 = true;
  CHECK(jar_code(sign_v1(apk, shared_rsa_2048(), options), {8, kNoMaximum, {}}) == "verified");
  CHECK(jar_code(sign_v1(apk, shared_rsa_2048(), {}), {17, kNoMaximum, {}}) ==
        "JAR_SIG_UNSUPPORTED_SIG_ALG");
}

TEST_CASE("jar signer: newer schemes cannot be stripped") {
  JarOptions options;
  options.schemes = {2, 3};
  const Buffer apk = sign_v1(write_zip(jar_entries()).file(), shared_rsa_2048(), options);
  CHECK(jar_code(apk) == "JAR_SIG_MISSING_APK_SIG_REFERENCED");
  CHECK(jar_code(apk, {18, kNoMaximum, {2, 3}}) == "verified");
}

TEST_CASE("jar signer: with RSA, the same input gives the same bytes") {
  const Buffer apk = write_zip(jar_entries()).file();
  CHECK((sign_v1(apk, shared_rsa_2048(), {}) == sign_v1(apk, shared_rsa_2048(), {})));
}

TEST_CASE("jar signer: old signatures are left out, other entries of META-INF are covered") {
  TestJar jar;
  jar.more_entries = {stored("META-INF/services/x.Y", pattern(9)),
                      stored("META-INF/old.Sf", pattern(10))};
  const Buffer apk = sign_v1(signed_jar(jar), shared_p256(), {});
  const JarVerdict verdict = judge_jar(apk);
  CHECK(verdict.errors.empty());
  REQUIRE(verdict.signers.size() == 1);
  CHECK(verdict.signers[0].key == "EC 256");
  CHECK(entry_text(apk, "META-INF/MANIFEST.MF").find("META-INF/services/x.Y") != std::string::npos);
  CHECK(entry_text(apk, "META-INF/MANIFEST.MF").find("old.Sf") == std::string::npos);
}

TEST_CASE("jar signer: refused before the key is used") {
  const auto refusal = [](const Buffer& apk, const TestKey& key, const JarOptions& options) {
    const UniqueFd fd = memory_file(apk);
    const auto file = FileBytes::open(fd.get());
    const auto archive = read_zip(*file);
    REQUIRE(archive.ok());
    int calls = 0;
    const auto entries = sign_jar(*file, *archive, {}, jar_signature(key, options),
                                  [&](HashAlgorithm, std::span<const uint8_t>) -> Result<Buffer> {
                                    ++calls;
                                    return Buffer();
                                  });
    REQUIRE_FALSE(entries.ok());
    CHECK(calls == 0);
    return entries.error().message();
  };
  const Buffer apk = write_zip(jar_entries()).file();
  CHECK(refusal(signed_jar({}), shared_rsa_2048(), {}).find("old signature") != std::string::npos);
  JarOptions options;
  for (const char* name : {"", "cert", "ABCDEFGHI", "A/B", "A.B"}) {
    options.name = name;
    CHECK(refusal(apk, shared_rsa_2048(), options).find("is not a name") != std::string::npos);
  }
  CHECK(refusal(apk, shared_dsa_1024(), {}).find("DSA 1024") != std::string::npos);
  options = {};
  options.sha1 = true;
  CHECK(refusal(apk, shared_p256(), options).find("SHA-1") != std::string::npos);
  std::vector<TestEntry> entries = jar_entries();
  entries[1].local.crc32 ^= 1;
  entries[1].central.crc32 ^= 1;
  CHECK(refusal(write_zip(entries).file(), shared_rsa_2048(), {}).find("ZIP_MALFORMED_ENTRY") !=
        std::string::npos);
}

TEST_CASE("jar signer: an agent's words are passed on") {
  const UniqueFd fd = memory_file(write_zip(jar_entries()).file());
  const auto file = FileBytes::open(fd.get());
  const auto archive = read_zip(*file);
  const auto entries = sign_jar(*file, *archive, {}, jar_signature(shared_rsa_2048(), {}),
                                [](HashAlgorithm, std::span<const uint8_t>) -> Result<Buffer> {
                                  return failed("key agent", "is locked");
                                });
  REQUIRE_FALSE(entries.ok());
  CHECK(entries.error().message() == "key agent: is locked");
}

TEST_CASE("jar texts: lines are wrapped at 70 bytes") {
  const std::string name(200, 'n');
  const auto texts = write_jar_texts(HashAlgorithm::kSha256, {{name, Buffer(32, 0)}}, "2, 3");
  REQUIRE(texts.ok());
  CHECK(texts->manifest ==
        "Manifest-Version: 1.0\r\n\r\n"
        "Name: " +
            std::string(64, 'n') + "\r\n " + std::string(69, 'n') + "\r\n " + std::string(67, 'n') +
            "\r\nSHA-256-Digest: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
  CHECK(texts->signature_file.find("\r\nX-Android-APK-Signed: 2, 3\r\n\r\nName: n") !=
        std::string::npos);
  CHECK_FALSE(write_jar_texts(HashAlgorithm::kSha256, {{"a\rb", {}}}, "").ok());
  CHECK_FALSE(write_jar_texts(HashAlgorithm::kSha256, {{"a\nb", {}}}, "").ok());
  CHECK_FALSE(
      write_jar_texts(HashAlgorithm::kSha256, {{std::string_view("a\0b", 3), {}}}, "").ok());
}

TEST_CASE("jar texts: a signature file is never a multiple of 1024 bytes") {
  bool extended = false;
  for (std::size_t length = 1; length < 1000; ++length) {
    std::vector<JarEntryDigest> entries;
    const std::string name(length, 'x');
    entries.push_back({name, Buffer(32, 0)});
    entries.push_back({"y", Buffer(32, 0)});
    entries.push_back({"z", Buffer(32, 0)});
    const auto texts = write_jar_texts(HashAlgorithm::kSha256, entries, "");
    REQUIRE(texts.ok());
    CHECK(texts->signature_file.size() % 1024 != 0);
    extended = extended || texts->signature_file.ends_with("\r\n\r\n\r\n");
  }
  CHECK(extended);
}

// ---- App bundles

struct Bundle {
  Status status = ok_status();
  Buffer output;
};

Bundle bundle(std::span<const uint8_t> aab, const TestKey& key, bool strip = false,
              const TestKey* certificate_of = nullptr) {
  const UniqueFd in = memory_file(aab);
  Bundle result;
  const TestKey& named = certificate_of == nullptr ? key : *certificate_of;
  const auto done = sign_aab(in.get(), {named.certificate(), strip}, digest_signer(key));
  if (done.ok()) {
    result.output = bytes_of(*done);
  } else {
    result.status = done.error();
  }
  return result;
}

TEST_CASE("aab: signed with v1 alone, entries as they were") {
  const TestZip zip = write_zip(jar_entries());
  for (const TestKey* key : {&shared_rsa_2048(), &shared_p256()}) {
    const Bundle done = bundle(zip.file(), *key);
    REQUIRE(done.status.ok());
    CHECK(std::equal(zip.entries.begin(), zip.entries.end(), done.output.begin()));
    const JarVerdict verdict = judge_jar(done.output);
    CHECK(verdict.errors.empty());
    CHECK(verdict.schemes_referenced.empty());
    CHECK(entry_text(done.output, "META-INF/UPLOAD.SF").find("X-Android") == std::string::npos);
  }
}

TEST_CASE("aab: signed already") {
  const Buffer signed_once = signed_jar({});
  const Bundle refused = bundle(signed_once, shared_p256());
  REQUIRE_FALSE(refused.status.ok());
  CHECK(refused.status.error().kind == ErrorKind::kPolicy);
  CHECK(refused.output.empty());
  const Bundle again = bundle(signed_once, shared_p256(), true);
  REQUIRE(again.status.ok());
  REQUIRE(judge_jar(again.output).signers.size() == 1);
  CHECK(judge_jar(again.output).signers[0].key == "EC 256");
}

TEST_CASE("aab: a key that is not the certificate's leaves no output") {
  const Bundle refused =
      bundle(write_zip(jar_entries()).file(), TestKey::rsa(2048), false, &shared_rsa_2048());
  REQUIRE_FALSE(refused.status.ok());
  CHECK(refused.status.error().message().find("JAR_SIG_DID_NOT_VERIFY") != std::string::npos);
  CHECK(refused.output.empty());
}

}  // namespace
}  // namespace hallmark::apk_test
