// Content digests against a second, naive computation, around every boundary of a chunk.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/content_digest.hpp"

namespace hallmark::apk_test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

Buffer naive_digest(HashAlgorithm hash, const std::vector<Buffer>& sections) {
  Buffer digests;
  uint32_t count = 0;
  for (const Buffer& section : sections) {
    for (std::size_t at = 0; at < section.size(); at += kMiB, ++count) {
      const auto chunk = std::span(section).subspan(at, std::min(kMiB, section.size() - at));
      const Buffer input = join({Buffer{0xa5}, u32_bytes(static_cast<uint32_t>(chunk.size())),
                                 Buffer(chunk.begin(), chunk.end())});
      digests = join({digests, hash_of(hash, input)});
    }
  }
  return hash_of(hash, join({Buffer{0x5a}, u32_bytes(count), digests}));
}

TEST_CASE("content digest: chunk boundaries") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kMiB - 1, kMiB, kMiB + 1, 2 * kMiB, 3 * kMiB + 7}) {
    INFO("size " << size);
    const std::vector<Buffer> sections = {pattern(size), pattern(500), pattern(22)};
    const auto digests = content_digests(
        {memory_source(sections[0]), memory_source(sections[1]), memory_source(sections[2])},
        {ContentDigestKind::kChunkedSha256, ContentDigestKind::kChunkedSha512});
    REQUIRE(digests.ok());
    CHECK(digests->at(ContentDigestKind::kChunkedSha256) ==
          naive_digest(HashAlgorithm::kSha256, sections));
    CHECK(digests->at(ContentDigestKind::kChunkedSha512) ==
          naive_digest(HashAlgorithm::kSha512, sections));
  }
}

TEST_CASE("content digest: of a file, and with zeros after it") {
  const Buffer bytes = pattern(kMiB + 100);
  const UniqueFd fd = memory_file(bytes);
  const auto file = FileBytes::open(fd.get());
  REQUIRE(file.ok());
  for (const std::size_t zeros : {std::size_t{0}, std::size_t{50}, kMiB - 100, 2 * kMiB}) {
    INFO("zeros " << zeros);
    const auto digests = content_digests({zero_padded(file_source(*file, 10, kMiB), zeros)},
                                         {ContentDigestKind::kChunkedSha256});
    REQUIRE(digests.ok());
    Buffer expected(bytes.begin() + 10, bytes.begin() + 10 + static_cast<long>(kMiB));
    expected.resize(expected.size() + zeros);
    CHECK(digests->at(ContentDigestKind::kChunkedSha256) ==
          naive_digest(HashAlgorithm::kSha256, {expected}));
  }
  CHECK_FALSE(
      content_digests({file_source(*file, 10, kMiB + 100)}, {ContentDigestKind::kChunkedSha256})
          .ok());
}

}  // namespace
}  // namespace hallmark::apk_test
