#include "publisher/repository/compress.hpp"

#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <thread>

namespace hallmark {
namespace {

constexpr std::size_t kOutputStep = std::size_t{1} << 20U;
constexpr uint32_t kXzBlock = uint32_t{2}
                              << 20U;  // bytes; also the dictionary: a block needs no more
constexpr uint32_t kMaxThreads = 8;

struct DeflateStream {
  z_stream raw{};
  ~DeflateStream() { deflateEnd(&raw); }
};

struct LzmaStream {
  lzma_stream raw = LZMA_STREAM_INIT;
  ~LzmaStream() { lzma_end(&raw); }
};

uint32_t thread_count() {
  return std::clamp<uint32_t>(std::thread::hardware_concurrency(), 1, kMaxThreads);
}

bool start_xz(LzmaStream& stream) {
  lzma_options_lzma options{};
  if (lzma_lzma_preset(&options, 6) != 0) return false;
  options.dict_size = kXzBlock;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  lzma_mt settings{};
  settings.threads = thread_count();
  settings.block_size = kXzBlock;
  settings.filters = filters;
  settings.check = LZMA_CHECK_CRC64;
  return lzma_stream_encoder_mt(&stream.raw, &settings) == LZMA_OK;
}

}  // namespace

Result<std::string> compress_gzip(std::string_view bytes) {
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

Result<std::string> compress_xz(std::string_view bytes) {
  LzmaStream stream;
  if (!start_xz(stream)) return failed("xz", "cannot start");
  stream.raw.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  stream.raw.avail_in = bytes.size();
  std::string out;
  for (lzma_ret code = LZMA_OK; code != LZMA_STREAM_END;) {
    const std::size_t used = out.size();
    out.resize(used + kOutputStep);
    stream.raw.next_out = reinterpret_cast<uint8_t*>(out.data()) + used;
    stream.raw.avail_out = kOutputStep;
    code = lzma_code(&stream.raw, LZMA_FINISH);
    out.resize(out.size() - stream.raw.avail_out);
    if (code != LZMA_OK && code != LZMA_STREAM_END) return failed("xz", "cannot compress");
  }
  return out;
}

}  // namespace hallmark
