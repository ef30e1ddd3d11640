#include "verify/apk/idsig.hpp"

#include <algorithm>
#include <array>

#include "verify/apk/little_endian.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kVersion = 2;
constexpr uint32_t kHashSha256 = 1;
constexpr uint8_t kLog2BlockSize = 12;
// Everything before the tree, with room for hashing infos that are refused for what they say.
constexpr uint64_t kMaxHeader = 16384;

Error malformed(const char* why) { return verification_error("V4_SIG_MALFORMED_SIGNERS", why); }
Error unsupported(const char* why) { return verification_error("V4_SIG_UNSUPPORTED_HASHING", why); }

std::vector<uint8_t> copy(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

void write_hashing_info(LittleEndianWriter& out, std::span<const uint8_t> salt,
                        const Sha256Digest& root) {
  out.u32(kHashSha256);
  out.bytes(std::array{kLog2BlockSize});
  out.length_prefixed(salt);
  out.length_prefixed(root.view());
}

void write_signing_info(LittleEndianWriter& out, const IdsigSigningInfo& info) {
  out.length_prefixed(info.apk_digest);
  out.length_prefixed(info.certificate);
  out.length_prefixed(info.additional_data);
  out.length_prefixed(info.public_key);
  out.u32(info.algorithm);
  out.length_prefixed(info.signature);
}

IdsigSigningInfo read_signing_info(LittleEndianReader& reader) {
  IdsigSigningInfo info;
  info.apk_digest = copy(reader.length_prefixed());
  info.certificate = copy(reader.length_prefixed());
  info.additional_data = copy(reader.length_prefixed());
  info.public_key = copy(reader.length_prefixed());
  info.algorithm = reader.u32();
  info.signature = copy(reader.length_prefixed());
  return info;
}

Result<Sha256Digest> parse_hashing_info(std::span<const uint8_t> bytes) {
  LittleEndianReader reader(bytes);
  const uint32_t hash = reader.u32();
  const uint8_t log2_block_size = reader.u8();
  const auto salt = reader.length_prefixed();
  const auto root = reader.length_prefixed();
  if (!reader.at_end()) return malformed("the hashing info is malformed");
  if (hash != kHashSha256 || log2_block_size != kLog2BlockSize || !salt.empty() ||
      root.size() != Sha256Digest::kSize) {
    return unsupported("the tree is not of SHA-256 over blocks of 4096 bytes without a salt");
  }
  std::array<uint8_t, Sha256Digest::kSize> digest{};
  std::copy(root.begin(), root.end(), digest.begin());
  return Sha256Digest(digest);
}

Status parse_signing_infos(std::span<const uint8_t> bytes, IdsigHeader& header) {
  if (bytes.size() > kMaxIdsigSigningInfos) return malformed("the signing infos are too large");
  LittleEndianReader reader(bytes);
  header.signing_info = read_signing_info(reader);
  if (!reader.ok()) return malformed("the signing info is malformed");
  if (reader.at_end()) return ok_status();
  const uint32_t id = reader.u32();
  LittleEndianReader block(reader.length_prefixed());
  header.v31_signing_info = read_signing_info(block);
  if (!reader.at_end() || !block.at_end()) {
    return malformed("the additional signing info is malformed");
  }
  if (id != kV31BlockId) return malformed("the additional signing info is of an unknown kind");
  return ok_status();
}

}  // namespace

std::vector<uint8_t> v4_signed_data(uint64_t apk_size, const Sha256Digest& root,
                                    std::span<const uint8_t> salt, const IdsigSigningInfo& info) {
  LittleEndianWriter content;
  content.u64(apk_size);
  write_hashing_info(content, salt, root);
  content.length_prefixed(info.apk_digest);
  content.length_prefixed(info.certificate);
  content.length_prefixed(info.additional_data);
  LittleEndianWriter out;
  out.u32(static_cast<uint32_t>(content.size() + sizeof(uint32_t)));  // counts itself
  out.bytes(content.view());
  return out.take();
}

std::vector<uint8_t> encode_idsig_header(const IdsigHeader& header, uint64_t tree_size) {
  LittleEndianWriter hashing_info;
  write_hashing_info(hashing_info, {}, header.root);
  LittleEndianWriter signing_infos;
  write_signing_info(signing_infos, header.signing_info);
  if (header.v31_signing_info) {
    LittleEndianWriter info;
    write_signing_info(info, *header.v31_signing_info);
    signing_infos.u32(kV31BlockId);
    signing_infos.length_prefixed(info.view());
  }
  LittleEndianWriter out;
  out.u32(kVersion);
  out.length_prefixed(hashing_info.view());
  out.length_prefixed(signing_infos.view());
  out.u32(static_cast<uint32_t>(tree_size));
  return out.take();
}

Result<Idsig> parse_idsig(const FileBytes& untrusted_file) {
  if (untrusted_file.size() == 0) {
    return verification_error("V4_SIG_NO_SIGNATURES", "the .idsig file is empty");
  }
  HALLMARK_TRY(const std::vector<uint8_t> start,
               untrusted_file.read(0, std::min(untrusted_file.size(), kMaxHeader)));
  LittleEndianReader reader(start);
  if (reader.u32() != kVersion) {
    return verification_error("V4_SIG_VERSION_NOT_CURRENT", "the .idsig file is not of version 2");
  }
  const auto hashing_info = reader.length_prefixed();
  const auto signing_infos = reader.length_prefixed();
  if (!reader.ok()) return malformed("the .idsig file is malformed");
  Idsig out;
  HALLMARK_TRY(out.header.root, parse_hashing_info(hashing_info));
  HALLMARK_CHECK(parse_signing_infos(signing_infos, out.header));
  out.tree_offset = untrusted_file.size();
  if (start.size() - reader.remaining() == untrusted_file.size()) return out;
  out.tree_size = reader.u32();
  out.tree_offset = start.size() - reader.remaining();
  if (!reader.ok() || untrusted_file.size() - out.tree_offset != out.tree_size) {
    return malformed("the tree does not fill the rest of the .idsig file");
  }
  return out;
}

}  // namespace hallmark
