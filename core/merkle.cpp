#include "core/merkle.hpp"

#include <bit>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr std::string_view kNodePrefix("\x01", 1);

// Leaves in the left half: the largest power of two below their number, which is above 1.
std::size_t left_half(std::size_t leaves) { return std::bit_ceil(leaves) / 2; }

Sha256Digest root_over(std::span<const Sha256Digest> leaves) {
  MerkleFrontier tree;
  for (const Sha256Digest& leaf : leaves) tree.append(leaf);
  return tree.root();
}

// PROOF of RFC 6962 section 2.1.2: `known` says that the verifier has the root of these leaves.
void add_consistency(std::span<const Sha256Digest> leaves, std::size_t old_size, bool known,
                     std::vector<Sha256Digest>& proof) {
  if (old_size == leaves.size()) {
    if (!known) proof.push_back(root_over(leaves));
    return;
  }
  const std::size_t half = left_half(leaves.size());
  if (old_size <= half) {
    add_consistency(leaves.first(half), old_size, known, proof);
    proof.push_back(root_over(leaves.subspan(half)));
  } else {
    add_consistency(leaves.subspan(half), old_size - half, false, proof);
    proof.push_back(root_over(leaves.first(half)));
  }
}

}  // namespace

Sha256Digest merkle_leaf(std::string_view entry) {
  Sha256Hasher hasher;
  hasher.update(kLeafPrefix);
  hasher.update(entry);
  return hasher.finish();
}

Sha256Digest merkle_node(const Sha256Digest& left, const Sha256Digest& right) {
  Sha256Hasher hasher;
  hasher.update(kNodePrefix);
  hasher.update(left.view());
  hasher.update(right.view());
  return hasher.finish();
}

Result<MerkleFrontier> MerkleFrontier::restore(uint64_t size, std::string_view peaks_hex) {
  constexpr std::size_t kHexDigits = 2 * Sha256Digest::kSize;
  const auto peaks = static_cast<std::size_t>(std::popcount(size));
  if (peaks_hex.size() != peaks * kHexDigits) {
    return failed("Merkle tree", "has not the hashes that a tree of its size has");
  }
  MerkleFrontier tree;
  tree.size_ = size;
  for (std::size_t i = 0; i < peaks; ++i) {
    HALLMARK_TRY(const Sha256Digest peak,
                 Sha256Digest::from_hex(peaks_hex.substr(i * kHexDigits, kHexDigits)));
    tree.peaks_.push_back(peak);
  }
  return tree;
}

void MerkleFrontier::append(const Sha256Digest& leaf) {
  Sha256Digest peak = leaf;
  // As in adding 1 to a binary number: each 1 at its end is carried into the next digit.
  for (uint64_t carry = size_; (carry & 1U) != 0; carry >>= 1U) {
    peak = merkle_node(peaks_.back(), peak);
    peaks_.pop_back();
  }
  peaks_.push_back(peak);
  ++size_;
}

Sha256Digest MerkleFrontier::root() const {
  if (peaks_.empty()) return sha256("");
  Sha256Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = merkle_node(peaks_[i], root);
  return root;
}

std::string MerkleFrontier::peaks_hex() const {
  std::string out;
  for (const Sha256Digest& peak : peaks_) out += peak.hex();
  return out;
}

std::vector<Sha256Digest> merkle_inclusion_proof(std::span<const Sha256Digest> leaves,
                                                 std::size_t index) {
  std::vector<Sha256Digest> downwards;
  while (leaves.size() > 1) {
    const std::size_t half = left_half(leaves.size());
    const bool left = index < half;
    downwards.push_back(root_over(left ? leaves.subspan(half) : leaves.first(half)));
    leaves = left ? leaves.first(half) : leaves.subspan(half);
    index -= left ? 0 : half;
  }
  return {downwards.rbegin(), downwards.rend()};
}

bool merkle_includes(const Sha256Digest& root, uint64_t size, const Sha256Digest& leaf,
                     uint64_t index, std::span<const Sha256Digest> untrusted_proof) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Sha256Digest hash = leaf;
  for (const Sha256Digest& sibling : untrusted_proof) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      hash = merkle_node(sibling, hash);
      // Levels at which the last node has no sibling are skipped.
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = merkle_node(hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && hash == root;
}

std::vector<Sha256Digest> merkle_consistency_proof(std::span<const Sha256Digest> leaves,
                                                   std::size_t old_size) {
  std::vector<Sha256Digest> proof;
  add_consistency(leaves, old_size, true, proof);
  return proof;
}

bool merkle_continues(const MerkleTree& older, const MerkleTree& newer,
                      std::span<const Sha256Digest> untrusted_proof) {
  if (older.size == newer.size) return older.root == newer.root && untrusted_proof.empty();
  if (older.size == 0 || older.size > newer.size) return false;
  uint64_t node = older.size - 1;
  uint64_t last = newer.size - 1;
  while ((node & 1U) != 0) {
    node >>= 1U;
    last >>= 1U;
  }
  // A complete older tree is a subtree of the newer one: its root begins the computation.
  const bool complete = std::has_single_bit(older.size);
  if (!complete && untrusted_proof.empty()) return false;
  Sha256Digest old_root = complete ? older.root : untrusted_proof.front();
  Sha256Digest new_root = old_root;
  for (const Sha256Digest& hash : untrusted_proof.subspan(complete ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      old_root = merkle_node(hash, old_root);
      new_root = merkle_node(hash, new_root);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      new_root = merkle_node(new_root, hash);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && old_root == older.root && new_root == newer.root;
}

}  // namespace hallmark
