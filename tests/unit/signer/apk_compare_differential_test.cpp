// compare_apks() on what Android's own apksigner signed: with v1 alone, without it, with all.
#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/compare.hpp"
#include "verify/apk/inspect.hpp"

namespace hallmark::apk_test {
namespace {

using Schemes = std::vector<std::string>;

constexpr const char* kApksigner = "/usr/bin/apksigner";
constexpr const char* kApksigcopier = "/usr/bin/apksigcopier";

// Stored data is aligned already, so that apksigner has nothing to move.
std::vector<TestEntry> aligned_entries() {
  std::vector<TestEntry> entries =
      apk_entries({.min_sdk = 21, .debuggable = false, .target_sdk = 29});
  const std::size_t start = write_zip({entries[0]}).entries.size() + 30 + 11;
  entries[1].local_extra = Buffer((4 - start % 4) % 4, 0);
  return entries;
}

class SignedByApksigner {
 public:
  explicit SignedByApksigner(const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"sign",
                                          "--key",
                                          write("key.pk8", shared_rsa_2048().private_key_pkcs8()),
                                          "--cert",
                                          write("key.der", shared_rsa_2048().certificate()),
                                          "--in",
                                          write("rebuilt.apk", write_zip(aligned_entries()).file()),
                                          "--out",
                                          folder.path("signed.apk")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    test::run_tool(kApksigner, arguments);
  }

  std::string write(const std::string& name, std::span<const uint8_t> bytes) const {
    return folder.write(name, as_text(bytes));
  }
  ApkComparison compare(const std::string& rebuilt = "rebuilt.apk") const {
    const auto signed_fd = open_at(AT_FDCWD, folder.path("signed.apk"), O_RDONLY);
    const auto rebuilt_fd = open_at(AT_FDCWD, folder.path(rebuilt), O_RDONLY);
    REQUIRE(signed_fd.ok());
    REQUIRE(rebuilt_fd.ok());
    auto found =
        compare_apks({signed_fd->get(), "signed.apk"}, {rebuilt_fd->get(), rebuilt}, folder.path());
    INFO((found.ok() ? "" : found.error().message()));
    REQUIRE(found.ok());
    return std::move(*found);
  }

  test::TestFolder folder;
};

std::string verdict_of(const ApkReport& report) {
  return report.verified ? "verified" : report.errors.front().code;
}

TEST_CASE("compare: signed by apksigner with v1 alone") {
  const SignedByApksigner apk({"--v2-signing-enabled", "false", "--v3-signing-enabled", "false"});
  const ApkComparison found = apk.compare();
  CHECK(found.same);
  CHECK(found.differences.entries == 3);
  CHECK(found.signatures == Schemes{"v1"});
  CHECK(verdict_of(*found.copied) == "verified");

  // v1 covers contents alone: a time stamp is a difference, and no reason for it to fail.
  auto entries = aligned_entries();
  entries[1].local.time = entries[1].central.time = 0;
  apk.write("other.apk", write_zip(entries).file());
  const ApkComparison other = apk.compare("other.apk");
  CHECK_FALSE(other.same);
  CHECK(verdict_of(*other.copied) == "verified");
}

TEST_CASE("compare: signed by apksigner with v2 and v3") {
  const SignedByApksigner apk({"--v1-signing-enabled", "false", "--min-sdk-version", "24"});
  const ApkComparison found = apk.compare();
  CHECK(found.same);
  CHECK(found.signatures == Schemes{"v2", "v3"});
  // The manifest is for devices from 21, which know v1 alone: the fault is the signed APK's own.
  CHECK(verdict_of(*found.copied) == "JAR_SIG_NO_MANIFEST");
  REQUIRE(found.signed_report);
  CHECK(verdict_of(*found.signed_report) == "JAR_SIG_NO_MANIFEST");
}

TEST_CASE("compare: signed by apksigner with v1, v2 and v3; apksigcopier agrees") {
  const SignedByApksigner apk({});
  const ApkComparison found = apk.compare();
  CHECK(found.same);
  CHECK(found.signatures == Schemes{"v1", "v2", "v3"});
  CHECK(verdict_of(*found.copied) == "verified");
  CHECK(found.copied->schemes == found.signatures);
  test::run_tool(kApksigcopier, {"compare", apk.folder.path("signed.apk"), "--unsigned",
                                 apk.folder.path("rebuilt.apk")});

  // A file that is signed itself, with all schemes, against its like.
  const ApkComparison with_itself = apk.compare("signed.apk");
  CHECK(with_itself.same);
  CHECK(with_itself.rebuilt_signatures == found.signatures);
  CHECK(verdict_of(*with_itself.copied) == "verified");
}

TEST_CASE("inspect: whom apksigner's v1, v2 and v3 name") {
  const SignedByApksigner apk({});
  const auto fd = open_at(AT_FDCWD, apk.folder.path("signed.apk"), O_RDONLY);
  REQUIRE(fd.ok());
  const auto found = inspect_apk(fd->get(), "signed.apk");
  REQUIRE(found.ok());
  CHECK(found->problems.empty());
  CHECK(found->has_v1);
  Schemes schemes;
  for (const ClaimedSigner& signer : found->signers) {
    schemes.push_back(signer.scheme);
    CHECK(signer.certificate.sha256 == sha256(as_text(shared_rsa_2048().certificate())).hex());
  }
  CHECK(schemes == Schemes{"v1", "v2", "v3"});
}

TEST_CASE("compare: apksigcopier agrees that another byte of content is another APK") {
  const SignedByApksigner apk({});
  auto entries = aligned_entries();
  entries[1].data[100] ^= 1;
  entries[1].local.crc32 = entries[1].central.crc32 = crc_of(entries[1].data);
  apk.write("other.apk", write_zip(entries).file());
  const ApkComparison found = apk.compare("other.apk");
  CHECK_FALSE(found.same);
  CHECK_FALSE(found.copied->verified);
  Command command;
  command.program = kApksigcopier;
  command.arguments = {"compare", apk.folder.path("signed.apk"), "--unsigned",
                       apk.folder.path("other.apk")};
  const auto outcome = run(command);
  REQUIRE(outcome.ok());
  CHECK(outcome->exit_code != 0);
}

}  // namespace
}  // namespace hallmark::apk_test
