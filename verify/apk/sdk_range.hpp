// A range of Android API levels: which devices something is for.
#pragma once

#include <cstdint>

namespace hallmark {

// Both ends included.
struct SdkRange {
  uint32_t min = 0;
  uint32_t max = 0;
};

constexpr uint32_t kNoMaximumSdk = 0x7fffffff;
// The first devices that know a signature scheme.
constexpr uint32_t kFirstSdkWithV2 = 24;
constexpr uint32_t kFirstSdkWithV3 = 28;
constexpr uint32_t kFirstSdkWithV31 = 33;

}  // namespace hallmark
