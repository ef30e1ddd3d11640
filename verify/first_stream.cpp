#include "verify/first_stream.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace hallmark {
namespace {

// Goes through a frame's blocks by their headers.
class ZstdFrame {
 public:
  explicit ZstdFrame(const MemberRange& range) : range_(range), size_(range.left) {}

  uint64_t size() {
    constexpr uint32_t kMagic = 0xFD2FB528;
    if (take(4) != kMagic) return 0;
    const uint32_t descriptor = take(1);
    skip(rest_of_header(descriptor));
    for (bool last = false; !last;) last = take_block();
    constexpr uint32_t kHasChecksum = 4;
    if ((descriptor & kHasChecksum) != 0) skip(4);
    return fits_ ? size_ - range_.left - (end_ - at_) : 0;
  }

 private:
  static uint64_t rest_of_header(uint32_t descriptor) {
    constexpr std::array<uint64_t, 4> kDictionary = {0, 1, 2, 4};
    constexpr std::array<uint64_t, 4> kContentSize = {0, 2, 4, 8};
    const bool single_segment = (descriptor & 32U) != 0;
    const uint64_t content_size = kContentSize.at(descriptor >> 6U);
    return kDictionary.at(descriptor & 3U) +
           (single_segment ? std::max<uint64_t>(content_size, 1) : content_size + 1);
  }

  // True: it is the last one.
  bool take_block() {
    constexpr uint32_t kOneByteRepeated = 1;
    const uint32_t header = take(3);
    skip((header >> 1U & 3U) == kOneByteRepeated ? 1 : header >> 3U);
    return !fits_ || (header & 1U) != 0;
  }

  // A number whose lowest byte comes first.
  uint32_t take(std::size_t size) {
    while (size > end_ - at_ && fits_) fill();
    uint32_t number = 0;
    for (std::size_t i = size; fits_ && i-- > 0;) number = number << 8U | buffer_.at(at_ + i);
    skip(size);
    return number;
  }

  void fill() {
    std::copy(buffer_.begin() + at_, buffer_.begin() + end_, buffer_.begin());
    end_ -= std::exchange(at_, 0);
    const ssize_t n = range_.read(std::span(buffer_).subspan(end_));
    fits_ = n > 0;
    if (fits_) end_ += static_cast<std::size_t>(n);
  }

  void skip(uint64_t size) {
    const uint64_t buffered = std::min<uint64_t>(size, end_ - at_);
    at_ += buffered;
    fits_ = fits_ && size - buffered <= range_.left;
    if (!fits_) return;
    range_.offset += size - buffered;
    range_.left -= size - buffered;
  }

  MemberRange range_;
  uint64_t size_;
  std::array<uint8_t, 4096> buffer_{};
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool fits_ = true;
};

constexpr std::size_t kBzip2Start = 10;  // bytes

// "BZh", the block size, and the mark of a block or of the end.
bool begins_bzip2(std::string_view bytes) {
  const std::string_view mark = bytes.substr(4, 6);
  return bytes.starts_with("BZh") && bytes[3] >= '1' && bytes[3] <= '9' &&
         (mark == "\x31\x41\x59\x26\x53\x59" || mark == "\x17\x72\x45\x38\x50\x90");
}

}  // namespace

uint64_t first_zstd_frame(MemberRange untrusted_range) { return ZstdFrame(untrusted_range).size(); }

uint64_t first_bzip2_stream(MemberRange untrusted_range) {
  constexpr std::size_t kBlock = std::size_t{64} << 10U;
  std::array<uint8_t, kBlock> block{};
  std::string seen;  // from the place on that is looked at
  uint64_t at = 0;   // of its front in the range
  for (ssize_t n = 0; (n = untrusted_range.read(block)) > 0;) {
    seen.append(block.begin(), block.begin() + n);
    std::size_t i = at == 0 ? 1 : 0;
    for (; i + kBzip2Start <= seen.size(); ++i) {
      i = std::min(seen.find('B', i), seen.size());
      if (i + kBzip2Start > seen.size()) break;
      if (begins_bzip2(std::string_view(seen).substr(i, kBzip2Start))) return at + i;
    }
    i = std::min(i, seen.size());
    at += i;
    seen.erase(0, i);
  }
  return at + seen.size();
}

}  // namespace hallmark
