// Where an index is cut: by the stanzas alone.
#include "core/index_shards.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

namespace {

Sha256Digest digest_that_begins_with(uint8_t byte) {
  std::array<uint8_t, 32> bytes{};
  bytes[0] = byte;
  bytes[31] = 7;
  return Sha256Digest(bytes);
}

const Sha256Digest kInside = digest_that_begins_with(2);
const Sha256Digest kLast = digest_that_begins_with(1);

}  // namespace

TEST_CASE("shards: one ends with a file whose digest begins with seven zero bits") {
  ShardCutter cutter;
  cutter.add("a\n\n", kInside);
  cutter.add("bb\n\n", kLast);
  cutter.add("c\n\n", digest_that_begins_with(0));
  cutter.add("d\n\n", kInside);
  const auto shards = cutter.finish();
  REQUIRE(shards.size() == 3);
  CHECK(shards[0].size == 7);
  CHECK(shards[0].sha256 == sha256("a\n\nbb\n\n"));
  CHECK(shards[1].sha256 == sha256("c\n\n"));
  CHECK(shards[2].sha256 == sha256("d\n\n"));
}

TEST_CASE("shards: an index that ends with a shard has no empty one behind it") {
  ShardCutter cutter;
  cutter.add("a\n\n", kLast);
  CHECK(cutter.finish().size() == 1);
}

TEST_CASE("shards: an index without stanzas is one empty shard") {
  const auto shards = ShardCutter().finish();
  REQUIRE(shards.size() == 1);
  CHECK(shards[0].size == 0);
  CHECK(shards[0].sha256 == sha256(""));
}
