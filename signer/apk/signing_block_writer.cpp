#include "signer/apk/signing_block_writer.hpp"

#include "core/bytes.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/scheme_block.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlockAlignment = 4096;
constexpr std::size_t kPairHeader = 12;  // u64 length, u32 id
// A signer that was never rotated stands for all devices that know v3.
constexpr SdkRange kUnrotated = {24, 0x7fffffff};

std::vector<uint8_t> length_prefixed(std::span<const uint8_t> content) {
  LittleEndianWriter out;
  out.length_prefixed(content);
  return out.take();
}

// LP {u32 number, content}: how attributes are written.
std::vector<uint8_t> attribute(uint32_t id, std::span<const uint8_t> value) {
  LittleEndianWriter out;
  out.u32(id);
  out.bytes(value);
  return length_prefixed(out.view());
}

// A sequence of one LP {u32 algorithm, LP bytes}: the list of digests, and that of signatures.
std::vector<uint8_t> algorithm_list(uint32_t algorithm, std::span<const uint8_t> bytes) {
  LittleEndianWriter out;
  out.u32(algorithm);
  out.length_prefixed(bytes);
  return length_prefixed(out.view());
}

std::vector<uint8_t> signed_data(SignatureScheme scheme, const ApkSigner& signer,
                                 std::span<const uint8_t> content_digest) {
  LittleEndianWriter out;
  out.length_prefixed(algorithm_list(signer.algorithm->id, content_digest));
  out.length_prefixed(length_prefixed(signer.certificate));
  if (scheme == SignatureScheme::kV3) {
    out.u32(kUnrotated.min);
    out.u32(kUnrotated.max);
    out.length_prefixed({});
    return out.take();
  }
  LittleEndianWriter v3_is_there;
  v3_is_there.u32(kV3SchemeId);
  out.length_prefixed(attribute(kStripProtectionAttribute, v3_is_there.view()));
  out.u32(0);  // as apksigner does
  return out.take();
}

Result<std::vector<uint8_t>> sign(const SignatureAlgorithm& algorithm,
                                  std::span<const uint8_t> message,
                                  const DigestSigner& sign_digest) {
  return sign_digest(algorithm.hash, hash_bytes(algorithm.hash, message));
}

// The value of a scheme's pair: a sequence of one signer.
Result<std::vector<uint8_t>> scheme_value(SignatureScheme scheme, const ApkSigner& signer,
                                          std::span<const uint8_t> content_digest,
                                          const DigestSigner& sign_digest) {
  const std::vector<uint8_t> to_sign = signed_data(scheme, signer, content_digest);
  HALLMARK_TRY(const std::vector<uint8_t> signature, sign(*signer.algorithm, to_sign, sign_digest));
  LittleEndianWriter out;
  out.length_prefixed(to_sign);
  if (scheme == SignatureScheme::kV3) {
    out.u32(kUnrotated.min);
    out.u32(kUnrotated.max);
  }
  out.length_prefixed(algorithm_list(signer.algorithm->id, signature));
  out.length_prefixed(signer.spki);
  return length_prefixed(length_prefixed(out.view()));
}

void add_pair(LittleEndianWriter& pairs, uint32_t id, std::span<const uint8_t> value) {
  pairs.u64(4 + value.size());
  pairs.u32(id);
  pairs.bytes(value);
}

std::vector<uint8_t> frame(LittleEndianWriter pairs) {
  const std::size_t frame_size = 8 + 8 + kSigningBlockMagic.size();
  const std::size_t unpadded = frame_size + pairs.size();
  std::size_t padding = (kBlockAlignment - unpadded % kBlockAlignment) % kBlockAlignment;
  if (padding != 0) {
    if (padding < kPairHeader) padding += kBlockAlignment;
    add_pair(pairs, kPaddingBlockId, std::vector<uint8_t>(padding - kPairHeader));
  }
  const uint64_t size = pairs.size() + frame_size - 8;
  LittleEndianWriter block;
  block.u64(size);
  block.bytes(pairs.view());
  block.u64(size);
  block.bytes(as_bytes(kSigningBlockMagic));
  return block.take();
}

}  // namespace

Result<std::vector<uint8_t>> build_signing_block(const ApkSigner& signer,
                                                 std::span<const uint8_t> content_digest,
                                                 const DigestSigner& sign_digest) {
  HALLMARK_TRY(const std::vector<uint8_t> v2,
               scheme_value(SignatureScheme::kV2, signer, content_digest, sign_digest));
  HALLMARK_TRY(const std::vector<uint8_t> v3,
               scheme_value(SignatureScheme::kV3, signer, content_digest, sign_digest));
  LittleEndianWriter pairs;
  add_pair(pairs, kV2BlockId, v2);
  add_pair(pairs, kV3BlockId, v3);
  return frame(std::move(pairs));
}

}  // namespace hallmark
