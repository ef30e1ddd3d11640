// A range of Android API levels: which devices something is for.
#pragma once

#include <cstdint>

namespace hallmark {

// Both ends included.
struct SdkRange {
  uint32_t min = 0;
  uint32_t max = 0;
};

}  // namespace hallmark
