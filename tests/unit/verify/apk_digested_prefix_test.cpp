// What was digested before is taken over where the bytes are the same, and nowhere else.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/digested_prefix.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark::apk_test {
namespace {

constexpr std::size_t kPiece = kDigestedPiece;
const std::set<ContentDigestKind> kBothChunked = {ContentDigestKind::kChunkedSha256,
                                                  ContentDigestKind::kChunkedSha512};

struct Origin {
  explicit Origin(Buffer content)
      : bytes(std::move(content)), fd(memory_file(bytes)), file(*FileBytes::open(fd.get())) {}

  DigestedPrefix prefix(uint64_t size, const std::set<ContentDigestKind>& kinds = kBothChunked,
                        bool blocks = true) const {
    auto out = DigestedPrefix::compute(file, size, kinds, blocks);
    REQUIRE(out.ok());
    return *out;
  }

  Buffer bytes;
  UniqueFd fd;
  FileBytes file;
};

// The bytes, of which the first cannot be read.
ByteSource unreadable_before(const Buffer& bytes, uint64_t readable_from) {
  return {bytes.size(), [&bytes, readable_from](uint64_t offset, std::span<uint8_t> into) {
            if (offset < readable_from) return Status(failed("test", "was read"));
            std::copy_n(bytes.begin() + static_cast<long>(offset), into.size(), into.begin());
            return ok_status();
          }};
}

TEST_CASE("digested prefix: whole pieces of it") {
  const Origin origin(pattern(2 * kPiece + 5));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kPiece - 1, kPiece, kPiece + 1, 2 * kPiece + 5}) {
    const DigestedPrefix prefix = origin.prefix(size);
    CHECK(prefix.size() == size / kPiece * kPiece);
    CHECK(prefix.blocks().size() == prefix.size() / 4096 * 32);
    CHECK(prefix.chunks(ContentDigestKind::kChunkedSha512)->size() == size / kPiece * 64);
  }
  const DigestedPrefix few = origin.prefix(kPiece, {ContentDigestKind::kChunkedSha256}, false);
  CHECK(few.blocks().empty());
  CHECK(few.chunks(ContentDigestKind::kChunkedSha512) == nullptr);
  CHECK_FALSE(DigestedPrefix::compute(origin.file, 3 * kPiece, kBothChunked, true).ok());
}

TEST_CASE("digested prefix: digests are the same with it, and what it has is not read") {
  for (const std::size_t size : {kPiece, 3 * kPiece, 3 * kPiece + 1, 35 * kPiece + 70000}) {
    INFO("size " << size);
    const Origin origin(pattern(size));
    const auto plain = content_digests({memory_source(origin.bytes)}, kBothChunked);
    const auto tree = merkle_root({memory_source(origin.bytes)}, {}, nullptr);
    REQUIRE((plain.ok() && tree.ok()));
    for (const std::size_t known : {std::size_t{0}, kPiece, size}) {
      const DigestedPrefix prefix = origin.prefix(known);
      const ByteSource rest = unreadable_before(origin.bytes, prefix.size());
      const auto digests = content_digests({rest}, kBothChunked, &prefix);
      REQUIRE(digests.ok());
      CHECK(*digests == *plain);
      const auto root = merkle_root({rest}, {}, nullptr, prefix.blocks());
      REQUIRE(root.ok());
      CHECK(*root == *tree);
    }
  }
}

TEST_CASE("digested prefix: of one kind, the other is computed") {
  const Origin origin(pattern(2 * kPiece + 9));
  const DigestedPrefix prefix =
      origin.prefix(2 * kPiece, {ContentDigestKind::kChunkedSha512}, false);
  const auto digests = content_digests({memory_source(origin.bytes)}, kBothChunked, &prefix);
  REQUIRE(digests.ok());
  CHECK(*digests == *content_digests({memory_source(origin.bytes)}, kBothChunked));
}

TEST_CASE("digested prefix: content that is shorter than it is an error") {
  const Origin origin(pattern(2 * kPiece));
  const DigestedPrefix prefix = origin.prefix(2 * kPiece);
  const auto shorter = std::span(origin.bytes).first(2 * kPiece - 1);
  CHECK_FALSE(content_digests({memory_source(shorter)}, kBothChunked, &prefix).ok());
  CHECK_FALSE(content_digests({}, kBothChunked, &prefix).ok());
}

TEST_CASE("digested prefix: what has the same content") {
  const Origin origin(pattern(3 * kPiece));
  const DigestedPrefix prefix = origin.prefix(2 * kPiece + 100);
  CHECK(origin.prefix(2 * kPiece, kBothChunked, false).has_same_content(prefix));
  CHECK_FALSE(origin.prefix(3 * kPiece).has_same_content(prefix));
  CHECK_FALSE(origin.prefix(kPiece).has_same_content(prefix));
  CHECK_FALSE(
      origin.prefix(2 * kPiece, {ContentDigestKind::kChunkedSha256}).has_same_content(prefix));
  for (const std::size_t at : {std::size_t{0}, kPiece - 1, kPiece, 2 * kPiece - 1}) {
    INFO("differs at " << at);
    Buffer other = origin.bytes;
    other[at] ^= 1;
    CHECK_FALSE(Origin(other).prefix(2 * kPiece).has_same_content(prefix));
  }
  Buffer behind = origin.bytes;
  behind[2 * kPiece] ^= 1;
  CHECK(Origin(behind).prefix(2 * kPiece).has_same_content(prefix));
}

TEST_CASE("digested prefix: without chunks nothing says what the content is") {
  const Origin origin(pattern(kPiece));
  const DigestedPrefix blocks = origin.prefix(kPiece, {}, true);
  CHECK(blocks.size() == kPiece);
  CHECK_FALSE(blocks.has_same_content(blocks));
  CHECK(origin.prefix(kPiece, {ContentDigestKind::kVeritySha256}, false).size() == 0);
}

TEST_CASE("digested prefix: somebody else's digests change no verdict") {
  const TestZip zip = write_zip(apk_entries({}, 2 * kPiece));
  const Buffer apk = signed_apk(zip, {{v2_with_strip_protection()}, {rsa_signer()}, {}});
  Buffer changed = zip.entries;
  changed[kPiece] ^= 1;
  const Origin own(zip.entries);
  const Origin other(changed);
  for (const Origin* origin : std::initializer_list<const Origin*>{&own, &other}) {
    const DigestedPrefix prefix = origin->prefix(origin->bytes.size());
    REQUIRE(prefix.size() == 2 * kPiece);
    ApkVerifyOptions options;
    options.prefix = &prefix;
    const auto verdict = [&](const Buffer& bytes) {
      const auto report = verify_apk(FileBytes::of(owned_source(bytes)), options);
      REQUIRE(report.ok());
      return report->verified;
    };
    CHECK(verdict(apk));
    Buffer forged = apk;
    forged[kPiece] ^= 1;  // now as the other's
    CHECK_FALSE(verdict(forged));
  }
}

}  // namespace
}  // namespace hallmark::apk_test
