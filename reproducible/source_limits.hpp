// What the files of a source may be, wherever they come from.
#pragma once

#include <cstddef>

namespace hallmark {

// Bytes of a path below the source's top. Linux takes 4,095 with the folders above it, in which a
// build adds directories of its own.
inline constexpr std::size_t kMaxSourcePath = 2048;

}  // namespace hallmark
