#include "verify/xz_frame.hpp"

#include <lzma.h>

#include <memory>

namespace hallmark {
namespace {

struct IndexDeleter {
  void operator()(lzma_index* index) const { lzma_index_end(index, nullptr); }
};

lzma_stream_flags stream_flags(uint64_t index_size) {
  lzma_stream_flags flags{};
  flags.version = 0;
  flags.check = LZMA_CHECK_CRC64;
  flags.backward_size = index_size;
  return flags;
}

uint8_t* data_of(std::string& bytes) { return reinterpret_cast<uint8_t*>(bytes.data()); }

Error unframable() { return failed("xz index", "cannot be made"); }

}  // namespace

Result<std::string> xz_stream_header() {
  std::string out(LZMA_STREAM_HEADER_SIZE, '\0');
  const lzma_stream_flags flags = stream_flags(0);
  if (lzma_stream_header_encode(&flags, data_of(out)) != LZMA_OK) return unframable();
  return out;
}

Result<std::string> xz_stream_end(std::span<const XzBlockSizes> blocks) {
  const std::unique_ptr<lzma_index, IndexDeleter> index(lzma_index_init(nullptr));
  if (!index) return unframable();
  for (const XzBlockSizes& block : blocks) {
    if (lzma_index_append(index.get(), nullptr, block.unpadded, block.uncompressed) != LZMA_OK) {
      return unframable();
    }
  }
  const auto size = static_cast<std::size_t>(lzma_index_size(index.get()));
  std::string out(size + LZMA_STREAM_HEADER_SIZE, '\0');
  std::size_t used = 0;
  if (lzma_index_buffer_encode(index.get(), data_of(out), &used, size) != LZMA_OK || used != size) {
    return unframable();
  }
  const lzma_stream_flags flags = stream_flags(size);
  if (lzma_stream_footer_encode(&flags, data_of(out) + size) != LZMA_OK) return unframable();
  return out;
}

}  // namespace hallmark
