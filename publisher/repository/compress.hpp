// A shard of an index, compressed. The same shard gives the same bytes: no time stamp, no file
// name, no trace of what was compressed before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

struct CompressedShard {
  std::string gz;                 // one gzip member, level 9 (RFC 1952, time 0)
  std::string xz;                 // one .xz block, preset 6; nothing for an empty shard
  uint64_t xz_unpadded_size = 0;  // bytes; as the .xz index wants it
};

Result<CompressedShard> compress_shard(std::string_view text);

}  // namespace hallmark
