#include "signer/apk/lineage_writer.hpp"

#include <utility>

namespace hallmark {
namespace {

LineageNode node_of(std::span<const uint8_t> certificate) {
  LineageNode node;
  node.certificate.assign(certificate.begin(), certificate.end());
  node.capabilities = kDefaultLineageCapabilities;
  return node;
}

}  // namespace

Lineage lineage_of(std::span<const uint8_t> root_certificate) {
  return Lineage{{node_of(root_certificate)}};
}

Result<Lineage> rotate_lineage(Lineage lineage, const ApkSigner& newest, uint32_t capabilities,
                               std::span<const uint8_t> next_certificate) {
  if (lineage.nodes.empty() || lineage.nodes.back().certificate != newest.key.certificate) {
    return verification_error("lineage", "does not end with the key that is to hand it on");
  }
  const uint32_t algorithm = newest.algorithm->id;
  LineageNode next = node_of(next_certificate);
  next.parent_algorithm = algorithm;
  HALLMARK_TRY(next.signature, newest.sign(lineage_node_signed_data(next_certificate, algorithm)));
  lineage.nodes.back().algorithm = algorithm;
  lineage.nodes.back().capabilities = capabilities;
  lineage.nodes.push_back(std::move(next));
  return parse_lineage(encode_lineage(lineage));
}

}  // namespace hallmark
