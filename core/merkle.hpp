// Hashes of an append-only list of entries as a Merkle tree. Source: RFC 6962 section 2.1, with
// SHA-256. Pure computation: nothing here knows where entries are kept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

// A leaf's hash has another first byte than a node's: neither passes for the other.
Sha256Digest merkle_leaf(std::string_view entry);
Sha256Digest merkle_node(const Sha256Digest& left, const Sha256Digest& right);

// What it takes to append to a tree and to know its root: the roots of the complete subtrees that
// its leaves make up, largest first, one for each 1 in the binary number of leaves.
class MerkleFrontier {
 public:
  MerkleFrontier() = default;
  // From peaks_hex() of a tree with `size` leaves.
  static Result<MerkleFrontier> restore(uint64_t size, std::string_view peaks_hex);

  void append(const Sha256Digest& leaf);

  uint64_t size() const { return size_; }  // leaves
  // Of no leaves: the hash of nothing.
  Sha256Digest root() const;
  std::string peaks_hex() const;  // 64 digits a peak

 private:
  uint64_t size_ = 0;
  std::vector<Sha256Digest> peaks_;
};

// The hashes that lead from leaf `index` to the root over all of `leaves`, from the leaf upwards.
// `index` is one of them.
std::vector<Sha256Digest> merkle_inclusion_proof(std::span<const Sha256Digest> leaves,
                                                 std::size_t index);

// Whether `proof` leads from the leaf at `index` of a tree with `size` leaves to `root`. Source:
// RFC 9162 section 2.1.3.2.
bool merkle_includes(const Sha256Digest& root, uint64_t size, const Sha256Digest& leaf,
                     uint64_t index, std::span<const Sha256Digest> untrusted_proof);

// The hashes that show the tree over all of `leaves` to continue that over its first `old_size`
// (at least one, and fewer than all).
std::vector<Sha256Digest> merkle_consistency_proof(std::span<const Sha256Digest> leaves,
                                                   std::size_t old_size);

struct MerkleTree {
  uint64_t size = 0;
  Sha256Digest root;
  bool operator==(const MerkleTree&) const = default;
};

// Whether `proof` shows that `newer` begins with the leaves of `older`. Source: RFC 9162 section
// 2.1.4.2.
bool merkle_continues(const MerkleTree& older, const MerkleTree& newer,
                      std::span<const Sha256Digest> untrusted_proof);

}  // namespace hallmark
