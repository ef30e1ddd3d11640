// Reading and writing little-endian structures: ZIP, the APK Signing Block, binary XML.
//
// LittleEndianReader never reads outside its span. The first read that does not fit makes the
// reader fail for good: that read and all later ones give zero or nothing, so a caller reads a
// whole structure and asks ok() once before it uses any of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace hallmark {

class LittleEndianReader {
 public:
  explicit LittleEndianReader(std::span<const uint8_t> untrusted_bytes) : rest_(untrusted_bytes) {}

  bool ok() const { return ok_; }
  std::size_t remaining() const { return rest_.size(); }
  bool at_end() const { return ok_ && rest_.empty(); }

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }

  std::span<const uint8_t> bytes(uint64_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  // A u32 length and that many bytes.
  std::span<const uint8_t> length_prefixed() { return bytes(u32()); }

 private:
  uint64_t integer(std::size_t width) {
    const auto taken = bytes(width);
    uint64_t value = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) value |= uint64_t{taken[i]} << (8 * i);
    return value;
  }

  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

class LittleEndianWriter {
 public:
  void u16(uint16_t value) { integer(value, 2); }
  void u32(uint32_t value) { integer(value, 4); }
  void u64(uint64_t value) { integer(value, 8); }
  void bytes(std::span<const uint8_t> bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void zeros(std::size_t count) { out_.resize(out_.size() + count); }
  // Lengths of what is written here are those of structures in memory, far below 4 GiB.
  void length_prefixed(std::span<const uint8_t> content) {
    u32(static_cast<uint32_t>(content.size()));
    bytes(content);
  }

  std::size_t size() const { return out_.size(); }
  const std::vector<uint8_t>& view() const { return out_; }
  std::vector<uint8_t> take() { return std::move(out_); }

 private:
  void integer(uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) out_.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }

  std::vector<uint8_t> out_;
};

}  // namespace hallmark
