#include "verify/apk/merkle_tree.hpp"

#include <algorithm>
#include <array>

#include "core/parallel.hpp"
#include "verify/apk/hash.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kDigestSize = Sha256Digest::kSize;
// What one thread reads and hashes at a time, and how many of these make a round of work.
constexpr uint64_t kPartSize = uint64_t{1} << 20U;
constexpr uint64_t kPartsInRound = 32;
constexpr uint64_t kDigestsOfPart = kPartSize / kMerkleBlockSize * kDigestSize;

uint64_t blocks_for(uint64_t size) {
  return size / kMerkleBlockSize + (size % kMerkleBlockSize != 0 ? 1 : 0);
}

// Bytes of each level of digests, the one over the data first.
std::vector<uint64_t> level_sizes(uint64_t data_size) {
  std::vector<uint64_t> sizes;
  uint64_t size = data_size;
  do {
    size = blocks_for(size) * kDigestSize;
    sizes.push_back(blocks_for(size) * kMerkleBlockSize);
  } while (size > kMerkleBlockSize);
  return sizes;
}

class BlockHasher {
 public:
  explicit BlockHasher(std::span<const uint8_t> salt) : salt_(salt) {}

  // A block that is short is filled up with zeros.
  void hash(std::span<const uint8_t> block, std::span<uint8_t> digest) {
    static constexpr std::array<uint8_t, kMerkleBlockSize> kZeros{};
    hasher_.start();
    hasher_.update(salt_);
    hasher_.update(block);
    hasher_.update(std::span(kZeros).subspan(block.size()));
    hasher_.finish(digest);
  }

 private:
  std::span<const uint8_t> salt_;
  Hasher hasher_{HashAlgorithm::kSha256};
};

// The levels of digests, each with the one block that is being filled.
class Levels {
 public:
  Levels(uint64_t data_size, std::span<const uint8_t> salt, const MerkleSink* sink)
      : hasher_(salt), sink_(sink) {
    uint64_t offset = merkle_tree_size(data_size);
    for (const uint64_t size : level_sizes(data_size)) {
      offset -= size;
      levels_.push_back({offset, 0, {}});
    }
  }

  Status add_digests(std::span<const uint8_t> digests) { return add(0, digests); }

  Result<Sha256Digest> finish() {
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      if (levels_[i].filled > 0) HALLMARK_CHECK(close_block(i));
    }
    return Sha256Digest(root_);
  }

 private:
  struct Level {
    uint64_t offset = 0;  // of the block that is being filled, in the tree
    std::size_t filled = 0;
    std::array<uint8_t, kMerkleBlockSize> block{};
  };

  // Levels are few: each is 128 times smaller than the one below.
  Status add(std::size_t index, std::span<const uint8_t> digests) {
    while (!digests.empty()) {
      Level& level = levels_[index];
      const auto room = std::span(level.block).subspan(level.filled);
      const auto part = digests.first(std::min(room.size(), digests.size()));
      std::copy(part.begin(), part.end(), room.begin());
      level.filled += part.size();
      digests = digests.subspan(part.size());
      if (level.filled == level.block.size()) HALLMARK_CHECK(close_block(index));
    }
    return ok_status();
  }

  Status close_block(std::size_t index) {
    Level& level = levels_[index];
    std::fill(level.block.begin() + static_cast<std::ptrdiff_t>(level.filled), level.block.end(),
              uint8_t{0});
    if (sink_ != nullptr) HALLMARK_CHECK(sink_->write(level.offset, level.block));
    level.offset += kMerkleBlockSize;
    level.filled = 0;
    hasher_.hash(level.block, root_);
    return index + 1 < levels_.size() ? add(index + 1, root_) : ok_status();
  }

  BlockHasher hasher_;
  const MerkleSink* sink_;
  std::vector<Level> levels_;
  std::array<uint8_t, kDigestSize> root_{};  // of the block that was closed last: the top one's
};

// The digests of the data blocks in [offset, offset + size), in their order. `known`: of the first
// ones.
Result<std::vector<uint8_t>> hash_round(const ByteSource& data, uint64_t offset, uint64_t size,
                                        std::span<const uint8_t> salt,
                                        std::span<const uint8_t> known) {
  std::vector<uint8_t> digests(blocks_for(size) * kDigestSize);
  const uint64_t known_parts = known.size() / kDigestsOfPart;
  const auto copied = known.first(known_parts * kDigestsOfPart);
  std::copy(copied.begin(), copied.end(), digests.begin());
  const uint64_t parts = size / kPartSize + (size % kPartSize != 0 ? 1 : 0);
  const auto make_work = [&]() -> IndexedWork {
    return [&, buffer = std::make_shared<std::vector<uint8_t>>(std::min(kPartSize, size))](
               uint64_t index) -> Status {
      if (index < known_parts) return ok_status();
      const auto part = std::span(*buffer).first(std::min(kPartSize, size - index * kPartSize));
      HALLMARK_CHECK(data.read(offset + index * kPartSize, part));
      digest_merkle_blocks(part, salt, std::span(digests).subspan(index * kDigestsOfPart));
      return ok_status();
    };
  };
  HALLMARK_CHECK(for_each_in_parallel(parts, make_work));
  return digests;
}

}  // namespace

void digest_merkle_blocks(std::span<const uint8_t> data, std::span<const uint8_t> salt,
                          std::span<uint8_t> digests) {
  BlockHasher hasher(salt);
  for (; !data.empty(); digests = digests.subspan(kDigestSize)) {
    const auto block = data.first(std::min(data.size(), std::size_t{kMerkleBlockSize}));
    hasher.hash(block, digests.first(kDigestSize));
    data = data.subspan(block.size());
  }
}

uint64_t merkle_tree_size(uint64_t data_size) {
  uint64_t total = 0;
  for (const uint64_t size : level_sizes(data_size)) total += size;
  return total;
}

Result<Sha256Digest> merkle_root(const std::vector<ByteSource>& data, std::span<const uint8_t> salt,
                                 const MerkleSink* sink, std::span<const uint8_t> known) {
  const ByteSource all = joined(data);
  if (all.size == 0) return failed("hash tree", "is of no data");
  Levels levels(all.size, salt, sink);
  constexpr uint64_t kRound = kPartSize * kPartsInRound;
  for (uint64_t offset = 0; offset < all.size; offset += kRound) {
    const uint64_t size = std::min(kRound, all.size - offset);
    const uint64_t known_here =
        std::min<uint64_t>(known.size(), size / kMerkleBlockSize * kDigestSize);
    HALLMARK_TRY(const std::vector<uint8_t> digests,
                 hash_round(all, offset, size, salt, known.first(known_here)));
    known = known.subspan(known_here);
    HALLMARK_CHECK(levels.add_digests(digests));
  }
  return levels.finish();
}

}  // namespace hallmark
