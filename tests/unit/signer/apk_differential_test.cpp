// Against Android's own apksigner (Debian's package): it accepts what we sign, we accept what it
// signs, and it agrees on what is refused where we are not deliberately stricter.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "process/run.hpp"
#include "tests/unit/signer/apk_signing.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark::apk_test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hallmark-apk-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() { std::filesystem::remove_all(path_); }

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, std::span<const uint8_t> bytes) const {
    const auto fd = open_at(AT_FDCWD, path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(fd.ok() && write_all(fd->get(), as_text(bytes)).ok());
    return path(name);
  }

 private:
  std::string path_;
};

Outcome apksigner(std::vector<std::string> arguments) {
  Command command;
  command.program = "/usr/bin/apksigner";
  command.arguments = std::move(arguments);
  const auto outcome = run(command);
  require(outcome.ok());
  return *outcome;
}

void check_apksigner_accepts(const std::string& file) {
  const Outcome outcome = apksigner({"verify", "-v", file});
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.find("v2 scheme (APK Signature Scheme v2): true") != std::string::npos);
  CHECK(outcome.out.find("v3 scheme (APK Signature Scheme v3): true") != std::string::npos);
  CHECK(outcome.out.find("WARNING") == std::string::npos);
}

void check_ours_is_accepted(const TestKey& key, std::span<const uint8_t> apk) {
  const ScratchFolder folder;
  const Attempt done = must_sign(apk, signed_by(key));
  folder.write("out.apk", done.apk);
  check_apksigner_accepts(folder.path("out.apk"));
}

// Signs with apksigner; the report is ours.
ApkReport report_on_theirs(const TestKey& key, const ManifestFacts& facts,
                           const std::vector<std::string>& options) {
  const ScratchFolder folder;
  std::vector<std::string> arguments = {
      "sign",
      "--key",
      folder.write("key.pk8", key.private_key_pkcs8()),
      "--cert",
      folder.write("certificate.der", key.certificate()),
      "--in",
      folder.write("in.apk", write_zip(apk_entries(facts, kMiB + 1)).file()),
      "--out",
      folder.path("out.apk")};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome outcome = apksigner(arguments);
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto fd = open_at(AT_FDCWD, folder.path("out.apk"), O_RDONLY);
  REQUIRE(fd.ok());
  const auto report = verify_apk(fd->get(), {"out.apk", std::nullopt});
  REQUIRE(report.ok());
  for (const ApkFinding& error : report->errors) UNSCOPED_INFO(error.code << ": " << error.message);
  return *report;
}

using Schemes = std::vector<std::string>;

TEST_CASE("apksigner accepts what we sign: RSA of 2048, 3072 and 4096 bits") {
  for (const unsigned bits : {2048U, 3072U, 4096U}) {
    INFO(bits << " bits");
    check_ours_is_accepted(TestKey::rsa(bits), write_zip(apk_entries()).file());
  }
}

TEST_CASE("apksigner accepts what we sign: P-256, P-384 and P-521") {
  for (const char* curve : {"P-256", "P-384", "P-521"}) {
    INFO(curve);
    check_ours_is_accepted(TestKey::ec(curve), write_zip(apk_entries()).file());
  }
}

TEST_CASE("apksigner accepts what we sign: around the chunks' boundaries") {
  // The entries' part, padded to 4096, is a multiple of 1 MiB, just more, or just less.
  const std::size_t overhead = write_zip(apk_entries({}, 0)).entries.size();
  for (const std::size_t size : {kMiB, kMiB + 1, 2 * kMiB - 4096, 3 * kMiB}) {
    INFO("entries of " << size << " bytes");
    const TestZip zip = write_zip(apk_entries({}, size - overhead));
    REQUIRE(zip.entries.size() == size);
    check_ours_is_accepted(shared_rsa_2048(), zip.file());
  }
}

TEST_CASE("apksigner accepts what we sign: many entries, descriptors, a comment") {
  std::vector<TestEntry> entries = apk_entries();
  for (int i = 0; i < 2000; ++i) {
    const TestEntry entry =
        stored("assets/" + std::to_string(i), pattern(static_cast<std::size_t>(i % 50)));
    entries.push_back(i % 3 == 0 ? with_descriptor(entry) : entry);
  }
  TestZip zip = write_zip(entries);
  zip.comment = pattern(300);
  check_ours_is_accepted(shared_p256(), zip.file());
}

TEST_CASE("apksigner accepts what we sign: an app that aapt and zipalign packed") {
  const ScratchFolder folder;
  const auto source = std::filesystem::path(HALLMARK_SOURCE_FOLDER) / "examples";
  Command build;
  build.program = "/bin/sh";
  build.arguments = {"./build.sh"};
  build.environment = {"OUT=" + folder.path(""), "HALLMARK_VERSION=1.2.3"};
  build.working_directory = (source / "hello-android").string();
  const auto built = run(build);
  REQUIRE(built.ok());
  INFO(built->out << built->err);
  REQUIRE(built->exit_code == 0);

  const auto fd = open_at(AT_FDCWD, folder.path("hello-android.apk"), O_RDONLY);
  REQUIRE(fd.ok());
  const auto manifest = read_apk_manifest(fd->get());
  REQUIRE(manifest.ok());
  CHECK(manifest->package == "org.example.hallmark.hello");
  CHECK(manifest->version_code == 10203);
  CHECK(manifest->version_name == "1.2.3");
  CHECK_FALSE(manifest->debuggable);
  check_ours_is_accepted(shared_rsa_2048(), contents_of(fd->get()));
}

TEST_CASE("we accept what apksigner signs: v2 and v3") {
  for (const TestKey* key : {&shared_rsa_2048(), &shared_p256()}) {
    const ApkReport report = report_on_theirs(*key, {}, {"--v1-signing-enabled", "false"});
    CHECK(report.verified);
    CHECK(report.schemes == Schemes{"v2", "v3"});
    CHECK(report.warnings.empty());
  }
  CHECK(report_on_theirs(TestKey::rsa(4096), {}, {}).verified);
  CHECK(report_on_theirs(TestKey::ec("P-521"), {}, {}).verified);
}

TEST_CASE("we accept what apksigner signs: one scheme alone") {
  const ApkReport v2 = report_on_theirs(shared_rsa_2048(), {}, {"--v3-signing-enabled", "false"});
  CHECK(v2.verified);
  CHECK(v2.schemes == Schemes{"v2"});
  const ApkReport v3 =
      report_on_theirs(shared_rsa_2048(), {.min_sdk = 28}, {"--v2-signing-enabled", "false"});
  CHECK(v3.verified);
  CHECK(v3.schemes == Schemes{"v3"});
}

TEST_CASE("we accept what apksigner signs: v1 beside others, and alone") {
  const ApkReport all = report_on_theirs(shared_rsa_2048(), {.min_sdk = 21}, {});
  CHECK(all.verified);
  CHECK(all.schemes == Schemes{"v1", "v2", "v3"});
  CHECK(all.warnings.empty());
  const ApkReport v1 =
      report_on_theirs(shared_rsa_2048(), {.min_sdk = 21, .target_sdk = 29},
                       {"--v2-signing-enabled", "false", "--v3-signing-enabled", "false"});
  CHECK(v1.verified);
  CHECK(v1.schemes == Schemes{"v1"});
}

TEST_CASE("we accept what apksigner signs: DSA, and content digests by a hash tree") {
  CHECK(report_on_theirs(shared_dsa_1024(), {.min_sdk = 21}, {}).verified);
  const ApkReport verity = report_on_theirs(shared_p256(), {}, {"--verity-enabled", "true"});
  CHECK(verity.verified);
  CHECK(verity.warnings.empty());
}

TEST_CASE("apksigner refuses what we refuse, for the same reason") {
  const ScratchFolder folder;
  const TestZip zip = write_zip(apk_entries());
  const auto check = [&](const Signing& signing, const std::string& code,
                         const std::string& their_words) {
    const Buffer apk = signed_apk(zip, signing);
    CHECK(verdict_on(apk) == code);
    const Outcome outcome = apksigner({"verify", folder.write("forged.apk", apk)});
    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit_code != 0);
    CHECK((outcome.out + outcome.err).find(their_words) != std::string::npos);
  };
  check({{v2_with_strip_protection()}, {}, {}}, "V2_SIG_MISSING_APK_SIG_REFERENCED",
        "no such signature was found");
  TestSigner bad = rsa_signer();
  bad.forge_content_digest = [](Buffer& digest) { digest[0] ^= 1; };
  check({{rsa_signer()}, {bad}, {}}, "V3_SIG_APK_DIGEST_DID_NOT_VERIFY", "digest mismatch");
  bad = rsa_signer();
  bad.digest_algorithms = {0x0103, 0x0101};
  check({{rsa_signer()}, {bad}, {}},
        "V3_SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS",
        "Signature algorithms mismatch");
  bad = rsa_signer();
  bad.certificates = {shared_p256().certificate()};
  check({{rsa_signer()}, {bad}, {}},
        "V3_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
        "Public key mismatch");
}

}  // namespace
}  // namespace hallmark::apk_test
