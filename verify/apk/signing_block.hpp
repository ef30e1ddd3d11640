// The APK Signing Block: where APK signatures v2 and later live, between the ZIP's entries and its
// central directory.
//
// Source: https://source.android.com/docs/security/features/apksigning/v2 ("APK Signing Block").
//   u64 size of what follows; pairs {u64 length, u32 id, value of length - 4}; u64 the same size;
//   "APK Sig Block 42". All little-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {

constexpr uint32_t kV2BlockId = 0x7109871a;
constexpr uint32_t kV3BlockId = 0xf05368c0;
constexpr uint32_t kV31BlockId = 0x1b93ad61;
constexpr uint32_t kV32BlockId = 0x70e1c89f;
constexpr uint32_t kPaddingBlockId = 0x42726577;

// The bytes that end every block.
constexpr std::string_view kSigningBlockMagic = "APK Sig Block 42";

struct SigningBlockPair {
  uint32_t id = 0;
  std::size_t offset = 0;  // of the value, in the block's bytes
  std::size_t size = 0;
};

// Without a block: no bytes, no pairs, and the offset is the central directory's.
struct SigningBlock {
  uint64_t offset = 0;         // in the file
  std::vector<uint8_t> bytes;  // all of it, from the first size to the magic
  std::vector<SigningBlockPair> pairs;

  bool exists() const { return !bytes.empty(); }
  std::optional<std::span<const uint8_t>> find(uint32_t id) const;
};

// The block that ends at `directory_offset`, if there is one. A block that is malformed, larger
// than 16 MiB or has one id twice is an Error of kind kVerification with the code APK_SIG_BLOCK_…
// as its subject.
Result<SigningBlock> read_signing_block(const FileBytes& untrusted_file, uint64_t directory_offset);

// "source stamp v2 (0x6dff800d)", "unknown (0x12345678)".
std::string signing_block_pair_name(uint32_t id);
bool is_known_signing_block_pair(uint32_t id);

}  // namespace hallmark
