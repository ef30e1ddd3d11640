// The APK Signing Block as a container, and lengths that no structure can have.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark::apk_test {
namespace {

void put_u64(Buffer& bytes, std::size_t at, uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes.at(at + i) = static_cast<uint8_t>(value >> (8 * i));
}

// What the verifier says of good entries with this block before the central directory.
std::string verdict_on_block(std::span<const uint8_t> block) {
  return verdict_on(write_zip(apk_entries()).file(block));
}

std::vector<Pair> good_pairs() {
  const TestZip zip = write_zip(apk_entries());
  return {{kV2, scheme_value(kV2, zip, {v2_with_strip_protection()})},
          {kV3, scheme_value(kV3, zip, {rsa_signer()})}};
}

TEST_CASE("signing block: two whole blocks") {
  const Buffer block = signing_block(good_pairs());
  CHECK(verdict_on_block(block) == "verified");
  CHECK(verdict_on_block(join({block, block})) == "ZIP_FOREIGN_DATA");
  const Buffer other = signing_block({{0x12345678, pattern(10)}});
  CHECK(verdict_on_block(join({block, other})) == "ZIP_FOREIGN_DATA");
  CHECK(verdict_on_block(join({other, block})) == "ZIP_FOREIGN_DATA");
}

TEST_CASE("signing block: one scheme twice") {
  std::vector<Pair> pairs = good_pairs();
  pairs.push_back(pairs[0]);
  CHECK(verdict_on_block(signing_block(pairs)) == "APK_SIG_BLOCK_DUPLICATE_ID");
  pairs.back() = pairs[1];
  CHECK(verdict_on_block(signing_block(pairs)) == "APK_SIG_BLOCK_DUPLICATE_ID");
}

TEST_CASE("signing block: sizes") {
  const Buffer good = signing_block(good_pairs());
  const std::size_t footer = good.size() - 24;
  const auto with = [&](std::size_t at, uint64_t value) {
    Buffer forged = good;
    put_u64(forged, at, value);
    return verdict_on_block(forged);
  };
  for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{23}, uint64_t{0x7fffffff},
                               uint64_t{0x80000000}, uint64_t{0xffffffff}, uint64_t{1} << 63U,
                               ~uint64_t{0}, ~uint64_t{0} - 8, uint64_t{good.size()} - 9}) {
    INFO("size " << value);
    CHECK(with(0, value) == "APK_SIG_BLOCK_MALFORMED");
    CHECK(with(footer, value) == "APK_SIG_BLOCK_MALFORMED");
    CHECK(with(8, value) == "APK_SIG_BLOCK_MALFORMED");  // of the first pair
  }
  CHECK(with(8, 3) == "APK_SIG_BLOCK_MALFORMED");  // too short for an id
  // Both copies agree on something impossible.
  Buffer forged = good;
  put_u64(forged, 0, 16);
  put_u64(forged, footer, 16);
  CHECK(verdict_on_block(forged) == "APK_SIG_BLOCK_MALFORMED");
  forged = good;
  forged.back() ^= 1;  // the magic
  CHECK(verdict_on_block(forged) == "ZIP_FOREIGN_DATA");
}

TEST_CASE("signing block: empty, of unknown pairs, and with too many") {
  CHECK(verdict_on_block(signing_block({})) == "JAR_SIG_NO_MANIFEST");
  CHECK(verdict_on_block(signing_block({{0x12345678, {}}})) == "JAR_SIG_NO_MANIFEST");
  std::vector<Pair> pairs = good_pairs();
  for (uint32_t id = 0; id < 100; ++id) pairs.push_back({id, {}});
  CHECK(verdict_on_block(signing_block(pairs)) == "APK_SIG_BLOCK_MALFORMED");
  CHECK(verdict_on_block(signing_block({{kV2, {}}, {kV3, {}}})) == "V3_SIG_MALFORMED_SIGNERS");
  CHECK(verdict_on_block(signing_block({{kV2, u32_bytes(0)}})) == "V2_SIG_NO_SIGNERS");
}

TEST_CASE("signing block: pairs that are not judged are named") {
  std::vector<Pair> pairs = good_pairs();
  pairs.push_back({0x6dff800d, pattern(10)});
  pairs.push_back({0x12345678, pattern(10)});
  pairs.push_back({0x42726577, Buffer(100, 0)});
  const UniqueFd fd = memory_file(write_zip(apk_entries()).file(signing_block(pairs)));
  const auto report = verify_apk(fd.get(), {"test.apk", std::nullopt});
  REQUIRE(report.ok());
  CHECK(report->verified);
  REQUIRE(report->warnings.size() == 2);
  CHECK(report->warnings[0].message.find("source stamp v2 (0x6dff800d)") != std::string::npos);
  CHECK(report->warnings[1].message.find("unknown (0x12345678)") != std::string::npos);
}

TEST_CASE("signing block: v3.2 is recognised and not judged") {
  std::vector<Pair> pairs = good_pairs();
  pairs.push_back({0x70e1c89f, pattern(10)});
  const UniqueFd fd = memory_file(write_zip(apk_entries()).file(signing_block(pairs)));
  const auto report = verify_apk(fd.get(), {"test.apk"});
  REQUIRE(report.ok());
  CHECK(report->verified);
  REQUIRE(report->warnings.size() == 1);
  CHECK(report->warnings[0].code == "V32_SIG_NOT_JUDGED");
}

TEST_CASE("apk: 0, 2^31 and 2^32-1 in the place of every four bytes") {
  // Every length field of every structure is among them.
  const TestZip zip = write_zip(apk_entries({}, 40));
  const Buffer good = signed_apk(zip, {{v2_with_strip_protection()}, {rsa_signer()}, {}});
  REQUIRE(verdict_on(good) == "verified");
  for (std::size_t at = 0; at + 4 <= good.size(); ++at) {
    for (const uint32_t value : {0U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
      Buffer forged = good;
      for (std::size_t i = 0; i < 4; ++i) forged[at + i] = static_cast<uint8_t>(value >> (8 * i));
      if (forged == good) continue;
      INFO("at " << at << ", entries end at " << zip.entries.size());
      CHECK(verdict_on(forged) != "verified");
    }
  }
}

TEST_CASE("apk: cut short anywhere") {
  const Buffer good = signed_apk(write_zip(apk_entries({}, 40)), {{rsa_signer()}, {}, {}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(verdict_on(std::span(good).first(size)) != "verified");
  }
}

}  // namespace
}  // namespace hallmark::apk_test
