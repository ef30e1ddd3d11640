// Framing an APK Signing Block; the writing half of verify/apk/signing_block.hpp.
#pragma once

#include <cstdint>
#include <vector>

namespace hallmark {

struct NewPair {
  uint32_t id = 0;
  std::vector<uint8_t> value;
};

// The whole block with these pairs in this order, padded to a multiple of 4096 bytes.
std::vector<uint8_t> write_signing_block(const std::vector<NewPair>& pairs);

}  // namespace hallmark
