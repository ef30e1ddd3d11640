// Bytes of a known number that are read by position: part of a file, or memory.
//
// What signatures cover is seldom one range of one file: zeros, new entries and a changed end
// record come between. A list of sources says what the whole is, without a copy of it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/sha256_marks.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {

struct ByteSource {
  uint64_t size = 0;
  // Fills all of `into` from `offset`, or is an error; never asked for bytes beyond `size`. Any
  // order, any number of threads at once.
  std::function<Status(uint64_t offset, std::span<uint8_t> into)> read;
};

// The file's descriptor, and `bytes`, must outlive the source.
ByteSource file_source(const FileBytes& file, uint64_t offset, uint64_t size);
ByteSource memory_source(std::span<const uint8_t> bytes);
ByteSource owned_source(std::vector<uint8_t> bytes);
// The source, followed by `count` zero bytes.
ByteSource zero_padded(ByteSource source, uint64_t count);
// One source after the other, as one.
ByteSource joined(const std::vector<ByteSource>& sources);

// SHA-256 of all of it. What has begun is over the same bytes; the rest is read, once.
Result<Sha256Digest> sha256_of(const ByteSource& source, BegunSha256 begun = {});

}  // namespace hallmark
