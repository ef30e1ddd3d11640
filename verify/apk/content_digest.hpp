// The content digests CHUNKED_SHA256 and CHUNKED_SHA512 of the APK Signature Schemes v2 and v3.
//
// Source: https://source.android.com/docs/security/features/apksigning/v2 ("Integrity-protected
// contents"). Three sections (what is before the signing block, the central directory, the end
// record) are each cut into chunks of 1 MiB; a chunk's digest is H(0xa5 || u32 length || bytes),
// the content digest H(0x5a || u32 number of chunks || chunk digests). Memory does not grow with
// size.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/byte_source.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {

using ContentDigests = std::map<HashAlgorithm, std::vector<uint8_t>>;

// One pass over the sections for all algorithms together.
Result<ContentDigests> content_digests(const std::vector<ByteSource>& sections,
                                       const std::set<HashAlgorithm>& algorithms);

}  // namespace hallmark
