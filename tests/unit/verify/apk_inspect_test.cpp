// Inspecting: what is shown of good files, of bad ones, and of those that aim at the screen.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/apk_bundle_fixtures.hpp"
#include "tests/unit/verify/apk_lineage_fixtures.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/inspect.hpp"

namespace hallmark::apk_test {
namespace {

ApkInspection inspect(std::span<const uint8_t> bytes) {
  const UniqueFd fd = memory_file(bytes);
  auto found = inspect_apk(fd.get(), "test.apk");
  INFO((found.ok() ? "" : found.error().message()));
  REQUIRE(found.ok());
  CHECK(!to_json(*found).dump().empty());
  return std::move(*found);
}

std::string first_problem(const ApkInspection& found) {
  return found.problems.empty() ? "none" : found.problems.front().code;
}

TEST_CASE("inspect: an APK that is signed with v2 and v3") {
  const ApkInspection found = inspect(good_apk());
  CHECK(first_problem(found) == "none");
  CHECK_FALSE(found.bundle);
  REQUIRE(found.manifest);
  CHECK(found.manifest->package == "org.example.test");
  CHECK(found.zip.entries == 3);
  CHECK(found.zip.stored == 1);
  CHECK(found.zip.deflated == 2);
  CHECK_FALSE(found.zip.native_alignment);
  REQUIRE(found.block);
  REQUIRE(found.block->pairs.size() == 2);
  CHECK(found.block->pairs[0].name == "signature v2");
  CHECK(found.block->pairs[1].name == "signature v3");
  REQUIRE(found.signers.size() == 2);
  CHECK(found.signers[0].scheme == "v2");
  CHECK_FALSE(found.signers[0].min_sdk);
  CHECK(found.signers[1].scheme == "v3");
  CHECK(found.signers[1].min_sdk == std::optional<uint32_t>(24));
  CHECK(found.signers[1].certificate.key == "RSA 2048");
  CHECK(found.signers[1].certificate.subject == "CN=Test signer");
  CHECK(found.signers[1].lineage.empty());
}

TEST_CASE("inspect: an APK without signatures") {
  const ApkInspection found = inspect(write_zip(apk_entries()).file());
  CHECK_FALSE(found.block);
  CHECK_FALSE(found.has_v1);
  CHECK(found.signers.empty());
}

TEST_CASE("inspect: what a signer claims is shown though nothing of it is true") {
  TestSigner bad = rsa_signer();
  bad.forge_signature = [](Buffer& signature) { signature[0] ^= 1; };
  const ApkInspection found = inspect(signed_apk(write_zip(apk_entries()), {{}, {bad}, {}}));
  CHECK(found.signers.size() == 1);
  CHECK(to_json(found).contains("claimed_signers"));
}

TEST_CASE("inspect: the lineage of a rotated key") {
  TestSigner signer = ec_signer();
  signer.key = &rotated_key();
  const Lineage lineage = lineage_of({&shared_rsa_2048(), &rotated_key()});
  signer.attributes = {{0x3ba06f8c, encode_lineage(lineage)}};
  const ApkInspection found = inspect(signed_apk(write_zip(apk_entries()), {{}, {signer}, {}}));
  REQUIRE(found.signers.size() == 1);
  const std::vector<ClaimedCertificate>& nodes = found.signers[0].lineage;
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].key == "RSA 2048");
  CHECK(nodes[1].sha256 == found.signers[0].certificate.sha256);
  CHECK(nodes[0].capabilities ==
        std::vector<std::string>{"installed-data", "shared-uid", "permission", "auth"});

  signer.attributes = {{0x3ba06f8c, {1, 2, 3}}};
  CHECK(first_problem(inspect(signed_apk(write_zip(apk_entries()), {{}, {signer}, {}}))) ==
        "V3_SIG_MALFORMED_LINEAGE");
}

TEST_CASE("inspect: pairs that are known and unknown") {
  const ApkInspection found = inspect(signed_apk(
      write_zip(apk_entries()), {{rsa_signer()}, {}, {{0x6dff800d, {1, 2}}, {0x12345678, {}}}}));
  REQUIRE(found.block);
  REQUIRE(found.block->pairs.size() == 3);
  CHECK(found.block->pairs[1].name == "source stamp v2");
  CHECK(found.block->pairs[1].size == 2);
  CHECK(found.block->pairs[2].name == "unknown");
  CHECK(found.block->pairs[2].id == 0x12345678);
}

TEST_CASE("inspect: how data is aligned") {
  auto entries = apk_entries();
  const std::size_t header = 30;
  // At an odd multiple, so that it is at no multiple of twice as much.
  const auto aligned_at = [&](uint64_t multiple, const std::string& name) {
    TestEntry entry = stored(name, pattern(100));
    const std::size_t start = write_zip(entries).entries.size() + header + name.size();
    entry.local_extra = Buffer((3 * multiple - start % (2 * multiple)) % (2 * multiple), 0);
    return entry;
  };
  entries.erase(entries.begin() + 1);
  entries.push_back(aligned_at(16384, "lib/x86/liba.so"));
  entries.push_back(aligned_at(16384, "lib/x86/libb.so"));
  entries.push_back(aligned_at(8, "resources.arsc"));
  const ApkInspection found = inspect(write_zip(entries).file());
  CHECK(found.zip.native_alignment == std::optional<uint32_t>(16384));
  CHECK(found.zip.stored_alignment == std::optional<uint32_t>(8));
  CHECK(found.abis == std::vector<std::string>{"x86"});
}

TEST_CASE("inspect: an app bundle") {
  const ApkInspection found = inspect(write_zip(bundle_entries(manifest_tree())).file());
  CHECK(first_problem(found) == "none");
  CHECK(found.bundle);
  CHECK(found.modules == std::vector<std::string>{"base"});
  CHECK(found.abis == std::vector<std::string>{"arm64-v8a"});
  REQUIRE(found.manifest);
  CHECK(found.manifest->version_code == 7);
}

TEST_CASE("inspect: the source stamp's certificate") {
  auto entries = apk_entries();
  entries.push_back(stored("stamp-cert-sha256", Buffer(32, 0xab)));
  CHECK(inspect(write_zip(entries).file()).source_stamp.starts_with("abab"));
  entries.back() = stored("stamp-cert-sha256", Buffer(33, 0xab));
  CHECK(first_problem(inspect(write_zip(entries).file())) == "ZIP_MALFORMED_ENTRY");
}

TEST_CASE("inspect: what cannot be read is a problem, and the rest is shown") {
  auto entries = apk_entries();
  entries[0] = stored("AndroidManifest.xml", pattern(100));
  const ApkInspection bad_manifest = inspect(write_zip(entries).file());
  CHECK_FALSE(bad_manifest.manifest);
  CHECK(first_problem(bad_manifest) == "APK_MANIFEST_MALFORMED");
  CHECK(bad_manifest.zip.entries == 3);

  const TestZip zip = write_zip(apk_entries());
  Buffer block = signing_block({{0x7109871a, {1, 2, 3}}});
  const ApkInspection bad_signers = inspect(zip.file(block));
  CHECK(first_problem(bad_signers) == "V2_SIG_MALFORMED_SIGNERS");
  CHECK(bad_signers.manifest);
  CHECK(bad_signers.block);

  block[8] = 0xff;  // a pair that does not fit
  const ApkInspection bad_block = inspect(zip.file(block));
  CHECK(first_problem(bad_block) == "APK_SIG_BLOCK_MALFORMED");
  CHECK(bad_block.manifest);
}

TEST_CASE("inspect: a file that is no ZIP") {
  const UniqueFd fd = memory_file(Buffer(1000, 'x'));
  const auto found = inspect_apk(fd.get(), "test.apk");
  REQUIRE_FALSE(found.ok());
  CHECK(found.error().kind == ErrorKind::kVerification);
  CHECK(found.error().subject == "ZIP_NO_END_RECORD");
}

TEST_CASE("inspect: a version name of megabytes, and one that aims at the screen") {
  TestElement manifest = manifest_tree();
  manifest.attributes[1].text = "\x1b[2J" + std::string(30000, 'v');
  auto entries = apk_entries();
  entries[0] = deflated("AndroidManifest.xml", BinaryXmlWriter().write(manifest));
  const ApkInspection found = inspect(write_zip(entries).file());
  REQUIRE(found.manifest);
  CHECK(found.manifest->version_name.size() == 256);
  CHECK(found.manifest->version_name.starts_with("?[2Jv"));
}

// What aapt's dump says under this name: "package: name='X' versionCode='7'".
bool says(const std::string& badging, const std::string& words) {
  return badging.find(words) != std::string::npos;
}

constexpr const char* kManifest = R"(<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="org.example.app"
    android:versionCode="7" android:versionName="1.2" android:targetSandboxVersion="2">
  <uses-sdk android:minSdkVersion="24" android:targetSdkVersion="29" />
  <uses-permission android:name="android.permission.INTERNET"/>
  <uses-permission android:name="a.OLD" android:maxSdkVersion="18"/>
  <uses-permission-sdk-23 android:name="a.NEW"/>
  <application android:label="x" android:testOnly="true" android:multiArch="true"
      android:extractNativeLibs="false" android:debuggable="true"/>
</manifest>)";

void check_is_as_written(const ApkInspection& found) {
  CHECK(first_problem(found) == "none");
  REQUIRE(found.manifest);
  const ApkManifest& app = *found.manifest;
  CHECK(app.package == "org.example.app");
  CHECK(app.version_code == 7);
  CHECK(app.version_name == "1.2");
  CHECK(app.min_sdk == 24);
  CHECK(app.target_sdk == 29);
  CHECK(app.target_sandbox_version == 2);
  CHECK(app.debuggable);
  CHECK(app.test_only);
  CHECK(app.multi_arch);
  CHECK(app.extract_native_libs == std::optional<bool>(false));
  REQUIRE(app.permissions.size() == 3);
  CHECK(app.permissions[1].max_sdk == std::optional<uint32_t>(18));
  CHECK(app.permissions[2].from_sdk_23);
}

TEST_CASE("inspect: what aapt2 compiled, in both forms, as aapt says it is") {
  const test::TestFolder folder;
  const std::string manifest = folder.write("AndroidManifest.xml", kManifest);
  const auto link = [&](const std::string& out, std::vector<std::string> options) {
    options.insert(options.begin(), "link");
    options.insert(options.end(),
                   {"--manifest", manifest, "-I",
                    "/usr/share/android-framework-res/framework-res.apk", "-o", folder.path(out)});
    test::run_tool("/usr/bin/aapt2", options);
  };
  link("binary.apk", {});
  const std::string apk = folder.read("binary.apk");
  check_is_as_written(inspect(as_bytes(apk)));
  const std::string badging =
      test::run_tool("/usr/bin/aapt", {"dump", "badging", folder.path("binary.apk")});
  CHECK(says(badging, "package: name='org.example.app' versionCode='7' versionName='1.2'"));
  CHECK(says(badging, "uses-permission: name='a.OLD' maxSdkVersion='18'"));
  CHECK(says(badging, "uses-permission-sdk-23: name='a.NEW'"));
  CHECK(says(badging, "testOnly"));
  CHECK(says(badging, "application-debuggable"));

  link("proto.apk", {"--proto-format"});
  const std::string proto = folder.read("proto.apk");
  const UniqueFd fd = memory_file(as_bytes(proto));
  const auto file = FileBytes::open(fd.get());
  REQUIRE(file.ok());
  const auto archive = read_zip(*file);
  REQUIRE(archive.ok());
  const auto message = read_zip_entry(*file, *archive->find("AndroidManifest.xml"), 1U << 20U);
  REQUIRE(message.ok());
  auto entries = bundle_entries(manifest_tree());
  entries[1] = deflated("base/manifest/AndroidManifest.xml", *message);
  check_is_as_written(inspect(write_zip(entries).file()));
}

}  // namespace
}  // namespace hallmark::apk_test
