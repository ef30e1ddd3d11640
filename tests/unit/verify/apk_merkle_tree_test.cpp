// Hash trees against a second, naive computation, around the boundaries of blocks and levels.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark::apk_test {
namespace {

constexpr std::size_t kBlock = 4096;

Buffer level_above(const Buffer& data, const Buffer& salt) {
  Buffer digests;
  for (std::size_t at = 0; at < data.size(); at += kBlock) {
    Buffer block(data.begin() + static_cast<long>(at),
                 data.begin() + static_cast<long>(std::min(data.size(), at + kBlock)));
    block.resize(kBlock);
    digests = join({digests, hash_of(HashAlgorithm::kSha256, join({salt, block}))});
  }
  digests.resize((digests.size() + kBlock - 1) / kBlock * kBlock);
  return digests;
}

// The tree's bytes, top level first, and its root.
std::pair<Buffer, Buffer> naive_tree(const Buffer& data, const Buffer& salt) {
  Buffer level = level_above(data, salt);
  Buffer tree = level;
  while (level.size() > kBlock) {
    level = level_above(level, salt);
    tree = join({level, tree});
  }
  return {tree, hash_of(HashAlgorithm::kSha256, join({salt, level}))};
}

void check_tree(std::size_t size, const Buffer& salt) {
  INFO("size " << size);
  const Buffer data = pattern(size);
  Buffer tree(merkle_tree_size(size), 0xcc);
  const MerkleSink sink = {[&](uint64_t offset, std::span<const uint8_t> block) {
    require(offset + block.size() <= tree.size());
    std::copy(block.begin(), block.end(), tree.begin() + static_cast<long>(offset));
    return ok_status();
  }};
  const auto root = merkle_root({memory_source(data)}, salt, &sink);
  REQUIRE(root.ok());
  const auto [expected_tree, expected_root] = naive_tree(data, salt);
  CHECK(hex_encode(root->view()) == hex_encode(expected_root));
  CHECK(tree == expected_tree);
}

TEST_CASE("merkle tree: blocks and levels") {
  constexpr std::size_t kTwoLevels = kBlock * 128;
  for (const std::size_t size :
       {std::size_t{1}, kBlock - 1, kBlock, kBlock + 1, kTwoLevels - 1, kTwoLevels, kTwoLevels + 1,
        kTwoLevels * 128, kTwoLevels * 128 + 1, kTwoLevels * 5 + 17}) {
    check_tree(size, {});
  }
  check_tree(kTwoLevels + 5, Buffer(8, 0));
  check_tree(kTwoLevels + 5, pattern(32));
}

TEST_CASE("merkle tree: sources are one") {
  const Buffer data = pattern(3 * kBlock + 100);
  const auto whole = merkle_root({memory_source(data)}, {}, nullptr);
  REQUIRE(whole.ok());
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, data.size()}) {
    INFO("cut " << cut);
    const auto parts = merkle_root(
        {memory_source(std::span(data).first(cut)), memory_source(std::span(data).subspan(cut))},
        {}, nullptr);
    REQUIRE(parts.ok());
    CHECK(*parts == *whole);
  }
}

TEST_CASE("merkle tree: no data, a failing source and a failing sink are errors") {
  CHECK_FALSE(merkle_root({}, {}, nullptr).ok());
  CHECK_FALSE(merkle_root({memory_source({})}, {}, nullptr).ok());
  const ByteSource broken = {10 * kBlock, [](uint64_t, std::span<uint8_t>) -> Status {
                               return failed("source", "broke");
                             }};
  CHECK_FALSE(merkle_root({broken}, {}, nullptr).ok());
  const MerkleSink full = {
      [](uint64_t, std::span<const uint8_t>) -> Status { return failed("sink", "is full"); }};
  CHECK_FALSE(merkle_root({memory_source(pattern(kBlock))}, {}, &full).ok());
}

}  // namespace
}  // namespace hallmark::apk_test
