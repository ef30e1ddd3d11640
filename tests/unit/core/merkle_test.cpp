// RFC 6962 trees against the test vectors of the certificate-transparency project, and against a
// tree computed by the definition.
#include "core/merkle.hpp"

#include <bit>
#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

namespace hallmark {
namespace {

const std::vector<std::string> kEntries = {"",
                                           "00",
                                           "10",
                                           "2021",
                                           "3031",
                                           "40414243",
                                           "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f"};

Sha256Digest leaf_of(const std::string& hex) {
  const auto bytes = hex_decode(hex);
  REQUIRE(bytes.ok());
  return merkle_leaf(as_text(*bytes));
}

std::vector<Sha256Digest> numbered_leaves(std::size_t count) {
  std::vector<Sha256Digest> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(merkle_leaf(std::to_string(i)));
  return leaves;
}

// MTH as RFC 6962 section 2.1 defines it.
Sha256Digest root_by_definition(std::span<const Sha256Digest> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  const std::size_t half = std::bit_floor(leaves.size() - 1);
  return merkle_node(root_by_definition(leaves.first(half)),
                     root_by_definition(leaves.subspan(half)));
}

MerkleFrontier tree_of(std::span<const Sha256Digest> leaves) {
  MerkleFrontier tree;
  for (const Sha256Digest& leaf : leaves) tree.append(leaf);
  return tree;
}

TEST_CASE("merkle: known roots") {
  MerkleFrontier tree;
  CHECK(tree.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  tree.append(leaf_of(kEntries[0]));
  CHECK(tree.root().hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  tree.append(leaf_of(kEntries[1]));
  CHECK(tree.root().hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  for (std::size_t i = 2; i < kEntries.size(); ++i) tree.append(leaf_of(kEntries[i]));
  CHECK(tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST_CASE("merkle: a tree of any size has the root of the definition, and can be taken up again") {
  for (std::size_t size = 0; size < 70; ++size) {
    const auto leaves = numbered_leaves(size);
    const MerkleFrontier tree = tree_of(leaves);
    CHECK(tree.root() == root_by_definition(leaves));
    auto again = MerkleFrontier::restore(size, tree.peaks_hex());
    REQUIRE(again.ok());
    CHECK(again->root() == tree.root());
  }
}

TEST_CASE("merkle: hashes of a tree of another size are refused") {
  const std::string peaks = tree_of(numbered_leaves(5)).peaks_hex();
  CHECK_FALSE(MerkleFrontier::restore(7, peaks).ok());
  CHECK_FALSE(MerkleFrontier::restore(5, peaks.substr(1)).ok());
  CHECK_FALSE(MerkleFrontier::restore(5, "x" + peaks.substr(1)).ok());
}

TEST_CASE("merkle: every leaf is proved at its place, and nowhere else") {
  for (std::size_t size = 1; size < 20; ++size) {
    const auto leaves = numbered_leaves(size);
    const Sha256Digest root = root_by_definition(leaves);
    for (std::size_t i = 0; i < size; ++i) {
      auto proof = merkle_inclusion_proof(leaves, i);
      CHECK(merkle_includes(root, size, leaves[i], i, proof));
      CHECK_FALSE(merkle_includes(root, size, merkle_leaf("other"), i, proof));
      CHECK_FALSE(merkle_includes(root, size, leaves[i], size, proof));
      if (size > 1) CHECK_FALSE(merkle_includes(root, size, leaves[i], (i + 1) % size, proof));
      CHECK_FALSE(merkle_includes(merkle_leaf("other"), size, leaves[i], i, proof));
      proof.push_back(root);
      CHECK_FALSE(merkle_includes(root, size, leaves[i], i, proof));
      proof.resize(proof.size() - 1);
      if (proof.empty()) continue;
      proof.pop_back();
      CHECK_FALSE(merkle_includes(root, size, leaves[i], i, proof));
    }
  }
}

TEST_CASE("merkle: a tree is proved to continue what it began with, and no fork of it") {
  for (std::size_t size = 2; size < 20; ++size) {
    const auto leaves = numbered_leaves(size);
    const MerkleTree newer{size, root_by_definition(leaves)};
    for (std::size_t old_size = 1; old_size < size; ++old_size) {
      const auto begin = std::span(leaves).first(old_size);
      const MerkleTree older{old_size, root_by_definition(begin)};
      auto proof = merkle_consistency_proof(leaves, old_size);
      CHECK(merkle_continues(older, newer, proof));
      CHECK_FALSE(merkle_continues({old_size, merkle_leaf("fork")}, newer, proof));
      CHECK_FALSE(merkle_continues(older, {size, merkle_leaf("fork")}, proof));
      CHECK_FALSE(merkle_continues({old_size + 1, older.root}, newer, proof));
      CHECK_FALSE(merkle_continues(newer, older, proof));
      proof.push_back(newer.root);
      CHECK_FALSE(merkle_continues(older, newer, proof));
      proof.clear();
      CHECK_FALSE(merkle_continues(older, newer, proof));
    }
  }
}

}  // namespace
}  // namespace hallmark
