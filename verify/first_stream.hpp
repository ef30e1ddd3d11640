// Where the first compressed stream of a .deb's member ends. dpkg reads it alone, except of gzip;
// libarchive reads on, and would list files that are never installed.
#pragma once

#include <cstdint>

#include "verify/member_range.hpp"

namespace hallmark {

// Bytes of the frame (RFC 8878) that the range begins with; 0: there is none, or it is cut short.
uint64_t first_zstd_frame(MemberRange untrusted_range);

// Bytes before the next place in the range where a decompressor would take up a second stream; all
// of them where there is none. By chance it is inside a stream once in 10^22 bytes.
uint64_t first_bzip2_stream(MemberRange untrusted_range);

}  // namespace hallmark
