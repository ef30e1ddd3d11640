// Signing an APK: what the output's bytes are, and what is refused before a key is used.
#include "tests/unit/signer/apk_signing.hpp"

#include <catch2/catch_test_macros.hpp>

#include "signer/digested_copy.hpp"

namespace hallmark::apk_test {
namespace {

// Refused before a key is used, with nothing in the output.
void check_refused(std::span<const uint8_t> apk, ErrorKind kind, const std::string& word,
                   const TestKey& key = shared_rsa_2048()) {
  ApkSigningOptions options = signed_by(key);
  int signatures = 0;
  options.key.sign = [&](HashAlgorithm, std::span<const uint8_t>) -> Result<Buffer> {
    ++signatures;
    return failed("test", "asked for a signature");
  };
  const Attempt refused = sign_in_memory(apk, options);
  REQUIRE_FALSE(refused.report.ok());
  INFO(refused.report.error().message());
  CHECK(refused.report.error().kind == kind);
  CHECK(refused.report.error().message().find(word) != std::string::npos);
  CHECK(refused.apk.empty());
  CHECK(signatures == 0);
}

uint32_t u32_at(const Buffer& bytes, std::size_t at) {
  return LittleEndianReader(std::span(bytes).subspan(at)).u32();
}

TEST_CASE("apk signing: the ZIP's bytes are kept, and all is aligned") {
  for (const std::size_t payload : {std::size_t{0}, std::size_t{1}, std::size_t{3000},
                                    std::size_t{1} << 20U, (std::size_t{3} << 20U) + 5}) {
    INFO("payload " << payload);
    TestZip zip = aligned_zip(payload);
    zip.comment = pattern(12);
    const Attempt done = must_sign(zip.file(), signed_by(shared_rsa_2048()));
    const Buffer& out = done.apk;
    const std::size_t end_at = out.size() - 22 - zip.comment.size();
    const std::size_t directory_at = u32_at(out, end_at + 16);
    const std::size_t block_at = (zip.entries.size() + 4095) / 4096 * 4096;
    const auto range = [&](std::size_t from, std::size_t to) {
      return Buffer(out.begin() + static_cast<long>(from), out.begin() + static_cast<long>(to));
    };
    CHECK(range(0, zip.entries.size()) == zip.entries);
    CHECK(range(zip.entries.size(), block_at) == Buffer(block_at - zip.entries.size(), 0));
    CHECK(directory_at % 4096 == 0);
    CHECK(directory_at > block_at);
    CHECK(u32_at(out, block_at) == directory_at - block_at - 8);
    CHECK(range(directory_at, end_at) == zip.directory);
    CHECK(range(end_at, out.size()) == zip.end_record(directory_at));
  }
}

TEST_CASE("apk signing: every kind of key, with the algorithm that goes with it") {
  const std::vector<std::pair<TestKey, HashAlgorithm>> keys = [] {
    std::vector<std::pair<TestKey, HashAlgorithm>> all;
    all.emplace_back(TestKey::rsa(2048), HashAlgorithm::kSha256);
    all.emplace_back(TestKey::rsa(3072), HashAlgorithm::kSha256);
    all.emplace_back(TestKey::rsa(4096), HashAlgorithm::kSha512);
    all.emplace_back(TestKey::ec("P-256"), HashAlgorithm::kSha256);
    all.emplace_back(TestKey::ec("P-384"), HashAlgorithm::kSha512);
    all.emplace_back(TestKey::ec("P-521"), HashAlgorithm::kSha512);
    return all;
  }();
  const Buffer apk = write_zip(apk_entries()).file();
  for (const auto& [key, expected_hash] : keys) {
    ApkSigningOptions options = signed_by(key);
    int calls = 0;
    options.key.sign = [&calls, &signer = key, expected = expected_hash](
                           HashAlgorithm hash, std::span<const uint8_t> digest) -> Result<Buffer> {
      ++calls;
      CHECK(hash == expected);
      CHECK(digest.size() == (hash == HashAlgorithm::kSha256 ? 32 : 64));
      return signer.sign_digest(hash, digest);
    };
    const Attempt done = must_sign(apk, options);
    CHECK(calls == 2);
    CHECK(done.report->schemes == std::vector<std::string>{"v2", "v3"});
    CHECK(done.report->warnings.empty());
  }
}

TEST_CASE("apk signing: with RSA, the same input gives the same bytes") {
  const Buffer apk = write_zip(apk_entries()).file();
  const ApkSigningOptions options = signed_by(shared_rsa_2048());
  CHECK(must_sign(apk, options).apk == must_sign(apk, options).apk);
}

// What the signer knows of the file before it signs saves it time, and changes no byte.
TEST_CASE("apk signing: with the marks of the file's digest, the same bytes and digest") {
  for (const bool moved : {false, true}) {
    TestZip zip = aligned_zip((std::size_t{2} << 20U) + 7);
    if (moved) zip = write_zip(apk_entries({}, (std::size_t{2} << 20U) + 6));
    const Buffer apk = zip.file();
    const UniqueFd in = memory_file(apk);
    const UniqueFd copy = memory_file();
    const auto copied = copy_and_digest(in.get(), apk.size(), copy.get());
    REQUIRE(copied.ok());
    ApkSigningOptions options = signed_by(shared_rsa_2048());
    options.schemes = {ApkScheme::kV1, ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4};
    const Attempt without = must_sign(apk, options);
    options.marks = &copied->marks;
    const Attempt with = must_sign(apk, options);
    CHECK(with.apk == without.apk);
    CHECK(with.idsig == without.idsig);
  }
}

TEST_CASE("apk signing: v3 cannot be stripped from what was signed") {
  Buffer forged = must_sign(write_zip(apk_entries()).file(), signed_by(shared_rsa_2048())).apk;
  const Buffer v3_id = u32_bytes(kV3);
  const auto at = std::search(forged.begin(), forged.end(), v3_id.begin(), v3_id.end());
  REQUIRE(at != forged.end());
  *at ^= 1;  // now a pair that nobody knows
  CHECK(verdict_on(forged) == "V2_SIG_MISSING_APK_SIG_REFERENCED");
}

TEST_CASE("apk signing: refused before a key is used") {
  const TestZip zip = write_zip(apk_entries());
  check_refused(write_zip(apk_entries({.min_sdk = 24, .debuggable = true})).file(),
                ErrorKind::kPolicy, "debuggable");
  check_refused(good_apk(), ErrorKind::kPolicy, "signed already");
  check_refused(zip.file(signing_block({{0x12345678, {}}})), ErrorKind::kPolicy, "signed already");
  std::vector<TestEntry> entries = apk_entries();
  entries.push_back(stored("META-INF/CERT.RSA", pattern(10)));
  check_refused(write_zip(entries).file(), ErrorKind::kPolicy, "signed already");
  entries.back() = stored("classes.dex", pattern(10));
  check_refused(write_zip(entries).file(), ErrorKind::kVerification, "ZIP_DUPLICATE_NAME");
  check_refused(pattern(5000), ErrorKind::kVerification, "ZIP_NO_END_RECORD");
  entries = apk_entries();
  entries.erase(entries.begin());
  check_refused(write_zip(entries).file(), ErrorKind::kVerification, "APK_MANIFEST_MISSING");
  check_refused(zip.file(), ErrorKind::kPolicy, "RSA 1024", TestKey::rsa(1024));
}

TEST_CASE("apk signing: a key that is not the certificate's leaves no output") {
  const TestKey other = TestKey::rsa(2048);
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.key.sign = digest_signer(other);
  options.schemes = {ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4};
  const Attempt done = sign_in_memory(write_zip(apk_entries()).file(), options);
  REQUIRE_FALSE(done.report.ok());
  CHECK(done.report.error().kind == ErrorKind::kVerification);
  CHECK(done.report.error().message().find("DID_NOT_VERIFY") != std::string::npos);
  CHECK(done.apk.empty());
  CHECK(done.idsig.empty());
}

TEST_CASE("apk signing: an agent that refuses leaves no output, and its own words") {
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.key.sign = [](HashAlgorithm, std::span<const uint8_t>) -> Result<Buffer> {
    return failed("key agent", "is locked");
  };
  const Attempt done = sign_in_memory(write_zip(apk_entries()).file(), options);
  REQUIRE_FALSE(done.report.ok());
  CHECK(done.report.error().message() == "key agent: is locked");
  CHECK(done.apk.empty());
}

TEST_CASE("apk signing: the .idsig must be an empty file") {
  const UniqueFd in = memory_file(write_zip(apk_entries()).file());
  const UniqueFd idsig = memory_file(pattern(3));
  ApkSigningOptions options = signed_by(shared_rsa_2048());
  options.schemes = {ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4};
  CHECK_FALSE(sign_apk(in.get(), idsig.get(), options).ok());
  CHECK(contents_of(idsig.get()) == pattern(3));  // what was there is not ours to empty
}

}  // namespace
}  // namespace hallmark::apk_test
