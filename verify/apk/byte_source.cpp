#include "verify/apk/byte_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hallmark {

ByteSource file_source(const FileBytes& file, uint64_t offset, uint64_t size) {
  return {size, [&file, offset](uint64_t position, std::span<uint8_t> into) {
            return file.read_into(offset + position, into);
          }};
}

ByteSource memory_source(std::span<const uint8_t> bytes) {
  return {bytes.size(), [bytes](uint64_t position, std::span<uint8_t> into) {
            std::memcpy(into.data(), bytes.data() + position, into.size());
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
  uint64_t size = 0;
  for (const ByteSource& source : sources) size += source.size;
  return {size, [sources](uint64_t position, std::span<uint8_t> into) -> Status {
            for (const ByteSource& source : sources) {
              if (into.empty()) break;
              if (position >= source.size) {
                position -= source.size;
                continue;
              }
              const auto part = into.first(std::min<uint64_t>(into.size(), source.size - position));
              HALLMARK_CHECK(source.read(position, part));
              into = into.subspan(part.size());
              position = 0;
            }
            return ok_status();
          }};
}

}  // namespace hallmark
