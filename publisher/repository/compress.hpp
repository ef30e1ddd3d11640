// The compressed forms of an index. The same input gives the same bytes: no time stamp, no file
// name, and no trace of how many threads worked.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// One member, level 9 (RFC 1952, time 0).
Result<std::string> compress_gzip(std::string_view bytes);

// One stream of blocks of 2 MiB, preset 6. One stream, because apt reads only the first of several;
// several blocks, because they are compressed by several threads.
Result<std::string> compress_xz(std::string_view bytes);

}  // namespace hallmark
