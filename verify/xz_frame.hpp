// What stands around the blocks of an .xz file: the stream header before them, the index and the
// stream footer behind. One stream of several blocks is a form that apt reads whole; of several
// streams it reads the first alone.
//
// Source: The .xz File Format 1.1.0, sections 2.1 and 4. The check is CRC64, xz(1)'s default. These
// bytes follow from the blocks' sizes, so that a checker compares them instead of reading them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/result.hpp"

namespace hallmark {

struct XzBlockSizes {
  uint64_t unpadded = 0;      // bytes in the file, without the padding to a multiple of 4
  uint64_t uncompressed = 0;  // bytes
};

Result<std::string> xz_stream_header();
Result<std::string> xz_stream_end(std::span<const XzBlockSizes> blocks);

}  // namespace hallmark
