// Lineages of keys made on the spot.
#pragma once

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/lineage.hpp"

namespace hallmark::apk_test {

constexpr uint32_t kUsualCapabilities = 23;  // all but rollback

inline uint32_t lineage_algorithm(const TestKey& key) {
  return PublicKey::parse(key.spki())->kind() == KeyKind::kRsa ? kRsaPkcs1Sha256 : kEcdsaSha256;
}

inline Buffer sign_lineage_node(const TestKey& parent, std::span<const uint8_t> certificate) {
  const uint32_t algorithm = lineage_algorithm(parent);
  return parent.sign_digest(
      HashAlgorithm::kSha256,
      hash_of(HashAlgorithm::kSha256, lineage_node_signed_data(certificate, algorithm)));
}

// Oldest first; each signs the next.
inline Lineage lineage_of(const std::vector<const TestKey*>& keys) {
  Lineage lineage;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    LineageNode node;
    node.certificate = keys[i]->certificate();
    node.capabilities = kUsualCapabilities;
    if (i > 0) {
      node.parent_algorithm = lineage.nodes.back().algorithm;
      node.signature = sign_lineage_node(*keys[i - 1], node.certificate);
    }
    if (i + 1 < keys.size()) node.algorithm = lineage_algorithm(*keys[i]);
    lineage.nodes.push_back(std::move(node));
  }
  return lineage;
}

// Keys of the usual rotation: from an RSA key to one, then another, of EC.
inline const TestKey& rotated_key() {
  static const TestKey key = TestKey::ec("P-256");
  return key;
}
inline const TestKey& newest_key() {
  static const TestKey key = TestKey::ec("P-256");
  return key;
}

}  // namespace hallmark::apk_test
