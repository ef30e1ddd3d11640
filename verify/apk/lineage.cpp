#include "verify/apk/lineage.hpp"

#include <algorithm>
#include <utility>

#include "core/model/apk_key.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kVersion = 1;

Error malformed(const char* why) { return verification_error("V3_SIG_MALFORMED_LINEAGE", why); }
Error unproven(const char* why) { return verification_error("V3_SIG_POR_DID_NOT_VERIFY", why); }

std::vector<uint8_t> copy(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

// Builds the lineage node by node; each is proven before the next is looked at.
class LineageReader {
 public:
  Status add(std::span<const uint8_t> untrusted_node) {
    if (out_.nodes.size() == kMaxLineageNodes) return malformed("the lineage is too long");
    LittleEndianReader reader(untrusted_node);
    const auto signed_data = reader.length_prefixed();
    LineageNode node;
    node.capabilities = reader.u32();
    node.algorithm = reader.u32();
    node.signature = copy(reader.length_prefixed());
    LittleEndianReader inner(signed_data);
    node.certificate = copy(inner.length_prefixed());
    node.parent_algorithm = inner.u32();
    if (!reader.at_end() || !inner.at_end()) return malformed("a node is malformed");
    HALLMARK_CHECK(out_.nodes.empty() ? check_first(node) : check_signature(node, signed_data));
    HALLMARK_CHECK(add_key(node));
    out_.nodes.push_back(std::move(node));
    return ok_status();
  }

  Result<Lineage> finish() {
    if (out_.nodes.empty()) return malformed("the lineage is empty");
    return std::move(out_);
  }

 private:
  static Status check_first(const LineageNode& node) {
    if (node.parent_algorithm == 0 && node.signature.empty()) return ok_status();
    return malformed("the first node has a parent's signature");
  }

  Status check_signature(const LineageNode& node, std::span<const uint8_t> signed_data) const {
    if (node.parent_algorithm != out_.nodes.back().algorithm) {
      return unproven("a node was not signed with the algorithm that its parent names");
    }
    const SignatureAlgorithm* algorithm = find_signature_algorithm(node.parent_algorithm);
    if (algorithm == nullptr) return malformed("a node was signed with an unknown algorithm");
    if (!parent_key_.verify(*algorithm, signed_data, node.signature)) {
      return unproven("a node's signature is not its parent's");
    }
    return ok_status();
  }

  Status add_key(const LineageNode& node) {
    const auto is_same = [&node](const LineageNode& other) {
      return other.certificate == node.certificate;
    };
    if (std::any_of(out_.nodes.begin(), out_.nodes.end(), is_same)) {
      return unproven("a certificate is in the lineage twice");
    }
    Result<Certificate> certificate = parse_certificate(node.certificate);
    if (!certificate.ok()) return malformed("a node's certificate is malformed");
    Result<PublicKey> key = PublicKey::parse(certificate->spki);
    if (!key.ok()) return malformed("a node's public key is not supported");
    parent_key_ = std::move(key).value();
    return ok_status();
  }

  Lineage out_;
  PublicKey parent_key_;  // of the last node in out_
};

}  // namespace

Result<Lineage> parse_lineage(std::span<const uint8_t> untrusted) {
  LittleEndianReader reader(untrusted);
  if (reader.u32() != kVersion) return malformed("the lineage is of an unknown version");
  LineageReader lineage;
  while (reader.remaining() > 0) {
    const auto node = reader.length_prefixed();
    if (!reader.ok()) return malformed("a node does not fit into the lineage");
    HALLMARK_CHECK(lineage.add(node));
  }
  return lineage.finish();
}

Result<Lineage> parse_lineage_file(std::span<const uint8_t> untrusted) {
  LittleEndianReader reader(untrusted);
  if (reader.u32() != kLineageFileMagic || reader.u32() != kVersion) {
    return malformed("the file is no lineage, or of an unknown version");
  }
  const auto lineage = reader.length_prefixed();
  if (!reader.at_end()) return malformed("the lineage does not fill the file");
  return parse_lineage(lineage);
}

std::vector<uint8_t> lineage_node_signed_data(std::span<const uint8_t> certificate,
                                              uint32_t parent_algorithm) {
  LittleEndianWriter out;
  out.length_prefixed(certificate);
  out.u32(parent_algorithm);
  return out.take();
}

std::vector<uint8_t> encode_lineage(const Lineage& lineage) {
  LittleEndianWriter out;
  out.u32(kVersion);
  for (const LineageNode& node : lineage.nodes) {
    LittleEndianWriter inner;
    inner.length_prefixed(lineage_node_signed_data(node.certificate, node.parent_algorithm));
    inner.u32(node.capabilities);
    inner.u32(node.algorithm);
    inner.length_prefixed(node.signature);
    out.length_prefixed(inner.view());
  }
  return out.take();
}

std::vector<uint8_t> encode_lineage_file(const Lineage& lineage) {
  LittleEndianWriter out;
  out.u32(kLineageFileMagic);
  out.u32(kVersion);
  out.length_prefixed(encode_lineage(lineage));
  return out.take();
}

std::vector<std::string> lineage_capability_names(uint32_t capabilities) {
  std::vector<std::string> names = apk_capability_names(capabilities);
  for (const ApkCapability& known : kApkCapabilities) capabilities &= ~known.flag;
  if (capabilities != 0) names.push_back(hex_number(capabilities));
  return names;
}

}  // namespace hallmark
