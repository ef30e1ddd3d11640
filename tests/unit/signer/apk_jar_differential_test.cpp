// v1 against the tools that everybody has: Android's apksigner, and Java's jarsigner for bundles.
#include <algorithm>
#include <filesystem>

#include "process/run.hpp"
#include "signer/apk/aab_signing.hpp"
#include "tests/unit/signer/jar_signing.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark::apk_test {
namespace {

using test::TestFolder;

Outcome run_java(const std::string& program, std::vector<std::string> arguments) {
  Command command;
  command.program = program;
  command.arguments = std::move(arguments);
  const auto outcome = run(command);
  REQUIRE(outcome.ok());
  return *outcome;
}
Outcome apksigner(std::vector<std::string> arguments) {
  return run_java("/usr/bin/apksigner", std::move(arguments));
}

// What apksigner makes of the APK, with v1 and nothing else.
Buffer signed_by_apksigner(const TestFolder& folder, const TestKey& key, const Buffer& apk,
                           uint32_t min_sdk) {
  const Outcome outcome = apksigner(
      {"sign", "--key", folder.write("key.pk8", as_text(key.private_key_pkcs8())), "--cert",
       folder.write("cert.der", as_text(key.certificate())), "--in",
       folder.write("in.apk", as_text(apk)), "--out", folder.path("out.apk"), "--v1-signer-name",
       "CERT", "--min-sdk-version", std::to_string(min_sdk), "--v1-signing-enabled", "true",
       "--v2-signing-enabled", "false", "--v3-signing-enabled", "false"});
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const std::string bytes = folder.read("out.apk");
  return Buffer(bytes.begin(), bytes.end());
}

// The signature file without the line in which tools name themselves.
std::string without_creator(std::string text) {
  const std::size_t start = text.find("Created-By: ");
  REQUIRE(start != std::string::npos);
  return text.erase(start, text.find('\n', start) + 1 - start);
}

// The block without the signature, which is over that line too.
Buffer without_signature(const Buffer& block, std::size_t signature_size) {
  return Buffer(block.begin(), block.end() - static_cast<long>(signature_size));
}

TEST_CASE("jar: what we sign is what apksigner signs, byte for byte but for Created-By") {
  const TestFolder folder;
  const Buffer apk = write_zip(jar_entries()).file();
  for (const uint32_t min_sdk : {18U, 17U}) {
    INFO("min SDK " << min_sdk);
    const Buffer theirs = signed_by_apksigner(folder, shared_rsa_2048(), apk, min_sdk);
    JarOptions options;
    options.sha1 = min_sdk < 18;
    const Buffer ours = sign_v1(apk, shared_rsa_2048(), options);
    CHECK(entry_text(ours, "META-INF/MANIFEST.MF") == entry_text(theirs, "META-INF/MANIFEST.MF"));
    CHECK(without_creator(entry_text(ours, "META-INF/CERT.SF")) ==
          without_creator(entry_text(theirs, "META-INF/CERT.SF")));
    CHECK(without_signature(entry_bytes(ours, "META-INF/CERT.RSA"), 256) ==
          without_signature(entry_bytes(theirs, "META-INF/CERT.RSA"), 256));
  }
}

TEST_CASE("jar: we accept what apksigner signs") {
  const TestFolder folder;
  const auto code = [&](const TestKey& key, uint32_t min_sdk) {
    return jar_code(
        signed_by_apksigner(folder, key, write_zip(jar_entries(min_sdk)).file(), min_sdk),
        {min_sdk, kNoMaximum, {}});
  };
  CHECK(code(TestKey::rsa(1024), 8) == "verified");
  CHECK(code(TestKey::rsa(4096), 23) == "verified");
  CHECK(code(TestKey::ec("P-384"), 18) == "verified");
  CHECK(code(TestKey::ec("P-521"), 24) == "verified");
  CHECK(code(shared_dsa_1024(), 21) == "verified");
}

TEST_CASE("jar: apksigner accepts what we sign") {
  const TestFolder folder;
  const auto check = [&](const TestKey& key, uint32_t min_sdk) {
    INFO("min SDK " << min_sdk);
    JarOptions options;
    options.sha1 = min_sdk < 18;
    const Buffer apk = sign_v1(write_zip(jar_entries(min_sdk)).file(), key, options);
    const Outcome outcome =
        apksigner({"verify", "-v", "--min-sdk-version", std::to_string(min_sdk),
                   "--max-sdk-version", "29", folder.write("ours.apk", as_text(apk))});
    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("v1 scheme (JAR signing): true") != std::string::npos);
  };
  check(shared_rsa_2048(), 8);
  check(TestKey::rsa(4096), 18);
  check(shared_p256(), 18);
}

TEST_CASE("aab: jarsigner accepts what we sign") {
  const TestFolder folder;
  for (const TestKey* key : {&shared_rsa_2048(), &shared_p256()}) {
    const UniqueFd in = memory_file(write_zip(jar_entries()).file());
    const auto done = sign_aab(in.get(), {key->certificate(), false}, digest_signer(*key));
    REQUIRE(done.ok());
    const Outcome outcome =
        run_java("/usr/bin/jarsigner",
                 {"-verify", "-verbose", folder.write("a.aab", as_text(bytes_of(*done)))});
    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("jar verified.") != std::string::npos);
    CHECK(outcome.out.find("unsigned entries") == std::string::npos);
  }
}

TEST_CASE("jar: we accept what jarsigner signs, with signed attributes") {
  const TestFolder folder;
  const Outcome made =
      run_java("/usr/bin/keytool", {"-genkeypair", "-keystore", folder.path("keys.p12"),
                                    "-storepass", "public", "-keyalg", "RSA", "-keysize", "2048",
                                    "-alias", "test", "-dname", "CN=Test", "-validity", "30"});
  INFO(made.out << made.err);
  REQUIRE(made.exit_code == 0);
  const std::string apk = folder.write("a.apk", as_text(write_zip(jar_entries()).file()));
  const Outcome outcome = run_java("/usr/bin/jarsigner", {"-keystore", folder.path("keys.p12"),
                                                          "-storepass", "public", apk, "test"});
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const std::string bytes = folder.read("a.apk");
  const JarVerdict verdict = judge_jar(as_bytes(bytes), {24, kNoMaximum, {}});
  for (const ApkFinding& error : verdict.errors) UNSCOPED_INFO(error.code << error.message);
  CHECK(verdict.errors.empty());
  const Outcome theirs =
      apksigner({"verify", "--min-sdk-version", "24", "--max-sdk-version", "29", apk});
  INFO(theirs.out << theirs.err);
  CHECK(theirs.exit_code == 0);
}

}  // namespace
}  // namespace hallmark::apk_test
