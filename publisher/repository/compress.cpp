#include "publisher/repository/compress.hpp"

#include <lzma.h>
#include <zlib.h>

#include <limits>

namespace hallmark {
namespace {

// Larger than nearly every shard: what lies further back is seldom worth pointing at.
constexpr uint32_t kDictionary = uint32_t{1} << 20U;  // bytes

struct DeflateStream {
  z_stream raw{};
  ~DeflateStream() { deflateEnd(&raw); }
};

Result<std::string> gzip_member(std::string_view bytes) {
  constexpr int kWindowAndGzip = 15 + 16;
  constexpr int kMemoryLevel = 9;
  if (bytes.size() > std::numeric_limits<uInt>::max()) return failed("index", "is too large");
  DeflateStream stream;
  if (deflateInit2(&stream.raw, Z_BEST_COMPRESSION, Z_DEFLATED, kWindowAndGzip, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return failed("gzip", "cannot start");
  }
  std::string out(deflateBound(&stream.raw, bytes.size()), '\0');
  stream.raw.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // not written to
  stream.raw.avail_in = static_cast<uInt>(bytes.size());
  stream.raw.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.raw.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream.raw, Z_FINISH) != Z_STREAM_END) return failed("gzip", "cannot compress");
  out.resize(stream.raw.total_out);
  return out;
}

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
  HALLMARK_TRY(shard.gz, gzip_member(text));
  if (!text.empty()) HALLMARK_CHECK(add_xz_block(text, shard));
  return shard;
}

}  // namespace hallmark
