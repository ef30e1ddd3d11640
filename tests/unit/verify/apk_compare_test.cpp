// Comparing a signed APK with a rebuilt one: each way to differ is named, and the signature is
// copied for real.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/compare.hpp"

namespace hallmark::apk_test {
namespace {

Result<ApkComparison> try_compare(std::span<const uint8_t> signed_bytes,
                                  std::span<const uint8_t> rebuilt_bytes) {
  const UniqueFd signed_fd = memory_file(signed_bytes);
  const UniqueFd rebuilt_fd = memory_file(rebuilt_bytes);
  return compare_apks({signed_fd.get(), "signed.apk"}, {rebuilt_fd.get(), "rebuilt.apk"}, "/tmp");
}

ApkComparison compare(std::span<const uint8_t> signed_bytes,
                      std::span<const uint8_t> rebuilt_bytes) {
  auto found = try_compare(signed_bytes, rebuilt_bytes);
  INFO((found.ok() ? "" : found.error().message()));
  REQUIRE(found.ok());
  CHECK(found->same == (found->differences.places == 0));
  CHECK(!to_json(*found).dump().empty());
  return std::move(*found);
}

Buffer signed_by(const std::vector<TestEntry>& entries) {
  return signed_apk(write_zip(entries), {{v2_with_strip_protection()}, {rsa_signer()}, {}});
}

// What of the first difference is: "NAME: WHAT, WHAT".
std::string first_of(const ApkComparison& found) {
  if (found.differences.listed.empty()) return "none";
  std::string text = found.differences.listed.front().name + ":";
  for (const EntryDifference& one : found.differences.listed.front().how) text += " " + one.what;
  return text;
}

std::string copy_verdict(const ApkComparison& found) {
  if (!found.copied) return "no signature";
  return found.copied->verified ? "verified" : found.copied->errors.front().code;
}

// The rebuilt APK differs in this way, and so the signature over all bytes does not fit it.
void check_differs(const std::vector<TestEntry>& rebuilt, const std::string& first) {
  const ApkComparison found = compare(signed_by(apk_entries()), write_zip(rebuilt).file());
  CHECK_FALSE(found.same);
  CHECK(found.differences.places == 1);
  CHECK(first_of(found) == first);
  CHECK(copy_verdict(found) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  REQUIRE(found.signed_report);
  CHECK(found.signed_report->verified);
}

TEST_CASE("compare: equal, signed with v2 and v3") {
  const ApkComparison found = compare(signed_by(apk_entries()), write_zip(apk_entries()).file());
  CHECK(found.same);
  CHECK(found.differences.entries == 3);
  CHECK(found.signatures == std::vector<std::string>{"v2", "v3"});
  CHECK(found.rebuilt_signatures.empty());
  CHECK(copy_verdict(found) == "verified");
  CHECK_FALSE(found.signed_report);
}

TEST_CASE("compare: equal, the rebuilt APK is signed with another key") {
  const Buffer rebuilt = signed_apk(write_zip(apk_entries()), {{ec_signer()}, {ec_signer()}, {}});
  const ApkComparison found = compare(signed_by(apk_entries()), rebuilt);
  CHECK(found.same);
  CHECK(found.rebuilt_signatures == std::vector<std::string>{"v2", "v3"});
  REQUIRE(found.copied);
  REQUIRE(found.copied->verified);
  // The key is that of the signed APK.
  CHECK(found.copied->signers.front().key == "RSA 2048");
}

TEST_CASE("compare: equal, with padding before the signing block") {
  const TestZip zip = write_zip(apk_entries());
  TestZip padded = zip;
  padded.entries.resize((padded.entries.size() + 4095) / 4096 * 4096);
  const ApkComparison found = compare(signed_apk(padded, {{rsa_signer()}, {}, {}}), zip.file());
  CHECK(found.same);
  CHECK(copy_verdict(found) == "verified");
}

TEST_CASE("compare: neither is signed") {
  const ApkComparison found =
      compare(write_zip(apk_entries()).file(), write_zip(apk_entries()).file());
  CHECK(found.same);
  CHECK(copy_verdict(found) == "no signature");
}

TEST_CASE("compare: one byte of content") {
  auto entries = apk_entries();
  Buffer dex = pattern(3000);
  dex[1000] ^= 1;
  entries[1] = stored("classes.dex", dex);
  check_differs(entries, "classes.dex: contents");
}

TEST_CASE("compare: other contents of the same CRC") {
  // The CRC is linear: of what 33 bits do to it, each alone, some cancel out.
  const Buffer text(64, 'a');
  Buffer forged = text;
  const auto crc_change = [&text](std::size_t bit) {
    Buffer changed = text;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    return crc_of(changed) ^ crc_of(text);
  };
  std::vector<std::pair<uint32_t, uint64_t>> basis;  // reduced change, bits that make it
  uint64_t bits = 0;
  for (std::size_t bit = 0; bits == 0; ++bit) {
    uint32_t change = crc_change(bit);
    uint64_t made_of = uint64_t{1} << bit;
    for (const auto& [known, known_bits] : basis) {
      if ((change ^ known) < change) {
        change ^= known;
        made_of ^= known_bits;
      }
    }
    if (change == 0) bits = made_of;
    basis.emplace_back(change, made_of);
    std::sort(basis.rbegin(), basis.rend());
  }
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((bits >> bit & 1U) != 0) {
      forged[bit / 8] = static_cast<uint8_t>(forged[bit / 8] ^ (1U << (bit % 8)));
    }
  }
  REQUIRE(crc_of(forged) == crc_of(text));
  REQUIRE(forged != text);
  auto original = apk_entries();
  original[1] = stored("a.txt", text);
  auto rebuilt = apk_entries();
  rebuilt[1] = stored("a.txt", forged);
  const ApkComparison found = compare(signed_by(original), write_zip(rebuilt).file());
  CHECK(first_of(found) == "a.txt: contents");
  CHECK(copy_verdict(found) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("compare: another compression level") {
  Buffer content = pattern(20000);
  for (uint8_t& byte : content) byte &= 3;
  auto original = apk_entries();
  original[2] = deflated("res/values.txt", content, 9);
  auto rebuilt = apk_entries();
  rebuilt[2] = deflated("res/values.txt", content, 1);
  const ApkComparison found = compare(signed_by(original), write_zip(rebuilt).file());
  CHECK(found.differences.places == 1);
  CHECK(first_of(found) == "res/values.txt: compressed bytes");
  CHECK(copy_verdict(found) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
}

TEST_CASE("compare: stored instead of deflated") {
  auto entries = apk_entries();
  entries[2] = stored("res/values.txt", Buffer(5000, 'x'));
  check_differs(entries, "res/values.txt: method");
}

TEST_CASE("compare: another order") {
  auto entries = apk_entries();
  std::swap(entries[1], entries[2]);
  check_differs(entries, "classes.dex: order");
}

TEST_CASE("compare: another order in the file alone") {
  const TestZip ordinary = write_zip(apk_entries());
  auto swapped = apk_entries();
  std::swap(swapped[1], swapped[2]);
  // The directory of the one order over the entries of the other.
  TestZip zip = write_zip(swapped);
  auto in_directory = apk_entries();
  std::vector<uint32_t> offsets = {0, 0, 0};
  const auto size_of = [](const TestEntry& entry) {
    return static_cast<uint32_t>(30 + entry.local.name.size() + entry.data.size());
  };
  offsets[2] = size_of(in_directory[0]);
  offsets[1] = offsets[2] + size_of(in_directory[2]);
  for (std::size_t i = 0; i < 3; ++i) {
    in_directory[i].header_offset = offsets[i];
    in_directory[i].forge_offset = true;
  }
  zip.directory = write_zip(in_directory).directory;
  const ApkComparison found = compare(signed_by(apk_entries()), zip.file());
  CHECK(first_of(found) == "classes.dex: order");
  CHECK_FALSE(found.copied->verified);
}

TEST_CASE("compare: another time stamp") {
  auto entries = apk_entries();
  entries[1].local.time = entries[1].central.time = 0;
  check_differs(entries, "classes.dex: time stamp");
  const ApkComparison found = compare(signed_by(apk_entries()), write_zip(entries).file());
  const EntryDifference& how = found.differences.listed.front().how.front();
  CHECK(how.in_signed == "2025-01-01 09:17:00");
  CHECK(how.in_rebuilt == "2025-01-01 00:00:00");
}

TEST_CASE("compare: realigned") {
  auto entries = apk_entries();
  SECTION("as zipalign does") { entries[1].local_extra = Buffer(3, 0); }
  SECTION("as apksigner does") { entries[1].local_extra = {0x35, 0xd9, 4, 0, 4, 0, 0, 0}; }
  const ApkComparison found = compare(signed_by(apk_entries()), write_zip(entries).file());
  CHECK_FALSE(found.same);
  CHECK(found.differences.places == 1);
  CHECK(first_of(found) == "classes.dex: alignment");
  // Nothing else differs, so the signature fits once the rebuilt APK is aligned as the signed one.
  CHECK(copy_verdict(found) == "verified");
  CHECK(found.copied_realigned);
}

TEST_CASE("compare: realigned, and something else") {
  auto entries = apk_entries();
  entries[1].local_extra = Buffer(3, 0);
  entries[2].local.time = entries[2].central.time = 0;
  const ApkComparison found = compare(signed_by(apk_entries()), write_zip(entries).file());
  CHECK(found.differences.places == 2);
  CHECK(copy_verdict(found) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  CHECK_FALSE(found.copied_realigned);
}

TEST_CASE("compare: an extra field that is no padding") {
  auto entries = apk_entries();
  entries[1].local_extra = {0x55, 0x54, 1, 0, 7};
  check_differs(entries, "classes.dex: local extra field");
}

TEST_CASE("compare: an extra entry") {
  auto entries = apk_entries();
  entries.push_back(stored("extra", {1}));
  check_differs(entries, "extra: extra entry");
}

TEST_CASE("compare: a missing entry") {
  auto entries = apk_entries();
  entries.pop_back();
  check_differs(entries, "res/values.txt: missing entry");
}

TEST_CASE("compare: a data descriptor") {
  auto entries = apk_entries();
  entries[1] = with_descriptor(entries[1]);
  check_differs(entries, "classes.dex: flags data descriptor");
}

TEST_CASE("compare: bytes between entries") {
  auto entries = apk_entries();
  entries[1].gap_before = {0};
  check_differs(entries, "classes.dex: bytes before it");
}

TEST_CASE("compare: attributes and comments of the directory") {
  const auto check = [](std::size_t offset_in_record, const std::string& what) {
    TestZip zip = write_zip(apk_entries());
    zip.directory[offset_in_record] ^= 1;
    const ApkComparison found = compare(signed_by(apk_entries()), zip.file());
    CHECK(found.differences.places == 1);
    CHECK(first_of(found) == "AndroidManifest.xml: " + what);
    CHECK(copy_verdict(found) == "V3_SIG_APK_DIGEST_DID_NOT_VERIFY");
  };
  check(4, "made by");
  check(36, "internal attributes");
  check(38, "external attributes");
}

TEST_CASE("compare: the archive's comment") {
  TestZip zip = write_zip(apk_entries());
  zip.comment = {'x'};
  const ApkComparison found = compare(signed_by(apk_entries()), zip.file());
  CHECK(found.differences.places == 1);
  CHECK(first_of(found) == ": comment");
  CHECK_FALSE(found.copied->verified);
}

TEST_CASE("compare: the signed APK's own signature does not verify") {
  TestSigner bad = rsa_signer();
  bad.forge_content_digest = [](Buffer& digest) { digest[0] ^= 1; };
  const Buffer signed_bytes = signed_apk(write_zip(apk_entries()), {{}, {bad}, {}});
  const ApkComparison found = compare(signed_bytes, write_zip(apk_entries()).file());
  CHECK(found.same);
  CHECK_FALSE(found.copied->verified);
  REQUIRE(found.signed_report);
  CHECK_FALSE(found.signed_report->verified);
}

TEST_CASE("compare: everything differs, and the list has an end") {
  auto entries = apk_entries();
  for (int i = 0; i < 100; ++i) entries.push_back(stored("a" + std::to_string(i), {1}));
  auto rebuilt = apk_entries();
  for (int i = 0; i < 100; ++i) rebuilt.push_back(stored("b" + std::to_string(i), {1}));
  const ApkComparison found = compare(signed_by(entries), write_zip(rebuilt).file());
  CHECK(found.differences.places == 200);
  CHECK(found.differences.listed.size() == kMaxListedDifferences);
}

TEST_CASE("compare: what is no APK is named") {
  const Buffer good = signed_by(apk_entries());
  const auto first = try_compare(Buffer(100, 'x'), good);
  REQUIRE_FALSE(first.ok());
  CHECK(first.error().subject == "signed.apk");
  CHECK(first.error().kind == ErrorKind::kVerification);
  const auto second = try_compare(good, Buffer(100, 'x'));
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().subject == "rebuilt.apk");
}

}  // namespace
}  // namespace hallmark::apk_test
