#include "verify/xz_decoder.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMostMemory = uint64_t{128} << 20U;

}  // namespace

XzDecoder::XzDecoder(const MemberRange& range)
    : range_(range), code_(lzma_stream_decoder(&stream_, kMostMemory, 0)) {}

ssize_t XzDecoder::read(std::span<uint8_t> to) {
  stream_.next_out = to.data();
  stream_.avail_out = to.size();
  while (code_ == LZMA_OK && stream_.avail_out == to.size()) {
    if (stream_.avail_in == 0) {
      const ssize_t n = range_.read(input_);
      if (n < 0) return -1;
      stream_.next_in = input_.data();
      stream_.avail_in = static_cast<std::size_t>(n);
    }
    code_ = lzma_code(&stream_, stream_.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
  }
  const std::size_t n = to.size() - stream_.avail_out;
  if (n > 0 || code_ == LZMA_STREAM_END) return static_cast<ssize_t>(n);
  return -1;
}

bool XzDecoder::at_end() const {
  return code_ == LZMA_STREAM_END && stream_.avail_in == 0 && range_.left == 0;
}

}  // namespace hallmark
