#include "verify/apk/byte_source.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace hallmark {
namespace {

struct SourceList {
  std::vector<ByteSource> sources;
  std::vector<uint64_t> ends;  // where each source ends in the whole

  uint64_t size() const { return ends.empty() ? 0 : ends.back(); }

  Status read(uint64_t position, std::span<uint8_t> into) const {
    auto index = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), position) -
                                          ends.begin());
    for (; !into.empty(); ++index) {
      const uint64_t start = ends[index] - sources[index].size;
      const auto part = into.first(std::min<uint64_t>(into.size(), ends[index] - position));
      if (!part.empty()) HALLMARK_CHECK(sources[index].read(position - start, part));
      into = into.subspan(part.size());
      position += part.size();
    }
    return ok_status();
  }
};

}  // namespace

ByteSource file_source(const FileBytes& file, uint64_t offset, uint64_t size) {
  return {size, [file, offset](uint64_t position, std::span<uint8_t> into) {
            return file.read_into(offset + position, into);
          }};
}

ByteSource memory_source(std::span<const uint8_t> bytes) {
  return {bytes.size(), [bytes](uint64_t position, std::span<uint8_t> into) {
            std::memcpy(into.data(), bytes.data() + position, into.size());
            return ok_status();
          }};
}

ByteSource owned_source(std::vector<uint8_t> bytes) {
  const auto owner = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  return {owner->size(), [owner](uint64_t position, std::span<uint8_t> into) {
            std::memcpy(into.data(), owner->data() + position, into.size());
            return ok_status();
          }};
}

ByteSource zero_padded(ByteSource source, uint64_t count) {
  const uint64_t inner_size = source.size;
  return {inner_size + count,
          [inner_size, read = std::move(source.read)](uint64_t position, std::span<uint8_t> into) {
            const uint64_t left = inner_size - std::min(position, inner_size);
            const auto real = into.first(std::min<uint64_t>(left, into.size()));
            const auto zeros = into.subspan(real.size());
            std::fill(zeros.begin(), zeros.end(), uint8_t{0});
            return real.empty() ? ok_status() : read(position, real);
          }};
}

ByteSource joined(const std::vector<ByteSource>& sources) {
  const auto list = std::make_shared<SourceList>();
  for (const ByteSource& source : sources) list->ends.push_back(list->size() + source.size);
  list->sources = sources;
  return {list->size(), [list](uint64_t position, std::span<uint8_t> into) {
            return list->read(position, into);
          }};
}

Result<Sha256Digest> sha256_of(const ByteSource& source, BegunSha256 begun) {
  constexpr uint64_t kPiece = uint64_t{1} << 18U;
  std::vector<uint8_t> buffer(std::min(source.size, kPiece));
  for (uint64_t offset = begun.offset; offset < source.size; offset += kPiece) {
    const auto part = std::span(buffer).first(std::min(kPiece, source.size - offset));
    HALLMARK_CHECK(source.read(offset, part));
    begun.hasher.update(part);
  }
  return begun.hasher.finish();
}

}  // namespace hallmark
