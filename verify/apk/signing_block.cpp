#include "verify/apk/signing_block.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/bytes.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kSizeField = 8;
constexpr uint64_t kFooterSize = kSizeField + kSigningBlockMagic.size();
// Real blocks are a few KiB to a few hundred; the rest of the file is streamed, this is not.
constexpr uint64_t kMaxBlockSize = uint64_t{16} << 20U;

constexpr std::array<std::pair<uint32_t, const char*>, 10> kPairNames = {{
    {kV2BlockId, "signature v2"},
    {kV3BlockId, "signature v3"},
    {kV31BlockId, "signature v3.1"},
    {kV32BlockId, "signature v3.2"},
    {kPaddingBlockId, "padding"},
    {0x2b09189e, "source stamp v1"},
    {0x6dff800d, "source stamp v2"},
    {0x504b4453, "dependency information"},
    {0x2146444e, "Google Play metadata"},
    {0x71777777, "channel"},
}};

const char* known_name(uint32_t id) {
  const auto* const known = std::find_if(kPairNames.begin(), kPairNames.end(),
                                         [id](const auto& pair) { return pair.first == id; });
  return known == kPairNames.end() ? nullptr : known->second;
}

Error malformed(std::string why) {
  return verification_error("APK_SIG_BLOCK_MALFORMED", std::move(why));
}

Result<std::vector<SigningBlockPair>> parse_pairs(std::span<const uint8_t> untrusted_block) {
  LittleEndianReader reader(
      untrusted_block.subspan(kSizeField, untrusted_block.size() - kSizeField - kFooterSize));
  std::vector<SigningBlockPair> pairs;
  while (reader.remaining() > 0) {
    const uint64_t length = reader.u64();
    const auto pair = reader.bytes(length);
    if (!reader.ok() || length < 4) return malformed("a pair does not fit into the signing block");
    SigningBlockPair found;
    found.id = LittleEndianReader(pair).u32();
    found.offset = static_cast<std::size_t>(pair.data() - untrusted_block.data()) + 4;
    found.size = pair.size() - 4;
    const auto same_id = [&found](const SigningBlockPair& other) { return other.id == found.id; };
    if (std::any_of(pairs.begin(), pairs.end(), same_id)) {
      return verification_error(
          "APK_SIG_BLOCK_DUPLICATE_ID",
          "the signing block has two pairs " + signing_block_pair_name(found.id));
    }
    if (pairs.size() == 64) return malformed("the signing block has more than 64 pairs");
    pairs.push_back(found);
  }
  return pairs;
}

}  // namespace

std::optional<std::span<const uint8_t>> SigningBlock::find(uint32_t id) const {
  for (const SigningBlockPair& pair : pairs) {
    if (pair.id == id) return std::span(bytes).subspan(pair.offset, pair.size);
  }
  return std::nullopt;
}

Result<SigningBlock> read_signing_block(const FileBytes& untrusted_file,
                                        uint64_t directory_offset) {
  SigningBlock block;
  block.offset = directory_offset;
  if (directory_offset < kSizeField + kFooterSize) return block;
  std::array<uint8_t, kFooterSize> footer{};
  HALLMARK_CHECK(untrusted_file.read_into(directory_offset - kFooterSize, footer));
  if (as_text(std::span(footer).subspan(kSizeField)) != kSigningBlockMagic) return block;
  // The size counts everything but its own first copy.
  const uint64_t size = LittleEndianReader(footer).u64();
  if (size < kFooterSize || size > directory_offset - kSizeField) {
    return malformed("the size of the signing block is impossible");
  }
  if (size > kMaxBlockSize) return malformed("the signing block is larger than 16 MiB");

  block.offset = directory_offset - kSizeField - size;
  HALLMARK_TRY(block.bytes, untrusted_file.read(block.offset, kSizeField + size));
  if (LittleEndianReader(block.bytes).u64() != size) {
    return malformed("the two sizes of the signing block differ");
  }
  HALLMARK_TRY(block.pairs, parse_pairs(block.bytes));
  return block;
}

std::string signing_block_pair_name(uint32_t id) {
  const char* name = known_name(id);
  return std::string(name == nullptr ? "unknown" : name) + " (" + hex_number(id) + ")";
}

bool is_known_signing_block_pair(uint32_t id) { return known_name(id) != nullptr; }

}  // namespace hallmark
