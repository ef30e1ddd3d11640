#include "core/sha256_marks.hpp"

#include <algorithm>

namespace hallmark {

BegunSha256 Sha256Marks::within(uint64_t size) const {
  const uint64_t count = std::min<uint64_t>(size / kStep, marks_.size());
  if (count == 0) return {};
  return {marks_[count - 1].copy(), count * kStep};
}

}  // namespace hallmark
