// The hash tree that fs-verity and the incremental file system read: SHA-256 over blocks of 4096
// bytes, and over blocks of those digests, up to one block.
//
// Source: https://source.android.com/docs/security/features/apksigning/v4 and the kernel's
// Documentation/filesystems/fsverity.rst ("Merkle tree"). A block's digest is H(salt || block); the
// last block of the data and of each level is filled up with zeros. The tree's bytes are its levels
// of digests, the top one first. Unlike in the kernel, data of a single block has a level, too:
// its root is the digest of a block that holds one digest (as in Android's own tools).
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/byte_source.hpp"

namespace hallmark {

constexpr uint64_t kMerkleBlockSize = 4096;

// Takes the tree's bytes, a block at a time. Each block comes once; a level's blocks come in order,
// but the levels take turns, because each grows while the data is read.
struct MerkleSink {
  std::function<Status(uint64_t offset, std::span<const uint8_t> block)> write;
};

// Of the tree's bytes; a multiple of 4096.
uint64_t merkle_tree_size(uint64_t data_size);

// The digests of the data's blocks, one after the other, the last of which may be short.
void digest_merkle_blocks(std::span<const uint8_t> data, std::span<const uint8_t> salt,
                          std::span<uint8_t> digests);

// The root digest of what the sources say one after the other, read once, by several threads.
// Memory does not grow with the data. `sink` may be null. No data at all is an error. `known`: the
// digests of as many of the first blocks; of each whole MiB of them the data is not read.
Result<Sha256Digest> merkle_root(const std::vector<ByteSource>& data, std::span<const uint8_t> salt,
                                 const MerkleSink* sink, std::span<const uint8_t> known = {});

}  // namespace hallmark
