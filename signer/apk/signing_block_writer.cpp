#include "signer/apk/signing_block_writer.hpp"

#include "core/bytes.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlockAlignment = 4096;
constexpr std::size_t kPairHeader = 12;  // u64 length, u32 id

void add_pair(LittleEndianWriter& out, uint32_t id, std::span<const uint8_t> value) {
  out.u64(4 + value.size());
  out.u32(id);
  out.bytes(value);
}

}  // namespace

std::vector<uint8_t> write_signing_block(const std::vector<NewPair>& pairs) {
  const std::size_t frame_size = 8 + 8 + kSigningBlockMagic.size();
  LittleEndianWriter content;
  for (const NewPair& pair : pairs) add_pair(content, pair.id, pair.value);
  const std::size_t unpadded = frame_size + content.size();
  std::size_t padding = (kBlockAlignment - unpadded % kBlockAlignment) % kBlockAlignment;
  if (padding != 0) {
    if (padding < kPairHeader) padding += kBlockAlignment;
    add_pair(content, kPaddingBlockId, std::vector<uint8_t>(padding - kPairHeader));
  }
  const uint64_t size = content.size() + frame_size - 8;
  LittleEndianWriter block;
  block.u64(size);
  block.bytes(content.view());
  block.u64(size);
  block.bytes(as_bytes(kSigningBlockMagic));
  return block.take();
}

}  // namespace hallmark
