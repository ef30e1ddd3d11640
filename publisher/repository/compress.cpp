#include "publisher/repository/compress.hpp"

#include <lzma.h>

#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

constexpr int kBestGzip = 9;
// Larger than nearly every shard: what lies further back is seldom worth pointing at.
constexpr uint32_t kDictionary = uint32_t{1} << 20U;  // bytes

Status add_xz_block(std::string_view bytes, CompressedShard& shard) {
  lzma_options_lzma options{};
  if (lzma_lzma_preset(&options, 6) != 0) return failed("xz", "cannot start");
  options.dict_size = kDictionary;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  lzma_block block{};
  block.check = LZMA_CHECK_CRC64;
  block.filters = filters;
  shard.xz.resize(lzma_block_buffer_bound(bytes.size()));
  std::size_t used = 0;
  if (lzma_block_buffer_encode(&block, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()),
                               bytes.size(), reinterpret_cast<uint8_t*>(shard.xz.data()), &used,
                               shard.xz.size()) != LZMA_OK) {
    return failed("xz", "cannot compress");
  }
  shard.xz.resize(used);
  shard.xz.shrink_to_fit();
  shard.xz_unpadded_size = lzma_block_unpadded_size(&block);
  return ok_status();
}

}  // namespace

Result<CompressedShard> compress_shard(std::string_view text) {
  CompressedShard shard;
  HALLMARK_TRY(shard.gz, gzip_member(text, kBestGzip));
  if (!text.empty()) HALLMARK_CHECK(add_xz_block(text, shard));
  return shard;
}

}  // namespace hallmark
