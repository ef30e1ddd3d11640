// The signing certificate lineage: the proof that an APK's key was rotated by its owner.
//
// Source: https://source.android.com/docs/security/features/apksigning/v3 ("Proof-of-rotation").
// Each node's certificate is vouched for by the key of the node before; the last is the signer's.
// With LP for "u32 length and that many bytes":
//   lineage   = u32 1, then nodes to the end, oldest first
//   node      = LP {LP signed data, u32 capabilities, u32 algorithm, LP signature}
//   signed data = LP certificate, u32 algorithm of the parent
//   file form = u32 magic, u32 1, LP lineage
// Nothing may follow any of these inside its length. The first node has no parent: its algorithm of
// the parent is 0 and its signature empty. All numbers are little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// What an app that is signed with a newer key still grants to one that is signed with this one.
constexpr uint32_t kLineageInstalledData = 1;
constexpr uint32_t kLineageSharedUid = 2;
constexpr uint32_t kLineagePermission = 4;
constexpr uint32_t kLineageRollback = 8;  // going back to this key
constexpr uint32_t kLineageAuth = 16;

constexpr uint32_t kLineageFileMagic = 0x3eff39d1;
// An app's key is rotated once in years, if ever.
constexpr std::size_t kMaxLineageNodes = 32;

struct LineageNode {
  std::vector<uint8_t> certificate;  // DER
  uint32_t parent_algorithm = 0;     // of the signature below, by the parent; 0 for the first
  uint32_t capabilities = 0;
  uint32_t algorithm = 0;          // with which this node signed the next; 0 if there is none
  std::vector<uint8_t> signature;  // by the parent, over lineage_node_signed_data(); first: empty
};

struct Lineage {
  std::vector<LineageNode> nodes;  // oldest first
};

// The attribute's form. Every signature is checked, and no certificate is there twice. Errors are
// of kind kVerification with the subject V3_SIG_MALFORMED_LINEAGE (also for no node, or more than
// kMaxLineageNodes) or V3_SIG_POR_DID_NOT_VERIFY.
Result<Lineage> parse_lineage(std::span<const uint8_t> untrusted);
Result<Lineage> parse_lineage_file(std::span<const uint8_t> untrusted);

// These check nothing.
std::vector<uint8_t> encode_lineage(const Lineage& lineage);
std::vector<uint8_t> encode_lineage_file(const Lineage& lineage);
// What the parent signs for the next node.
std::vector<uint8_t> lineage_node_signed_data(std::span<const uint8_t> certificate,
                                              uint32_t parent_algorithm);

// {"installed-data", "shared-uid", "permission", "rollback", "auth"} or fewer; bits without a name
// as one hexadecimal number.
std::vector<std::string> lineage_capability_names(uint32_t capabilities);

}  // namespace hallmark
