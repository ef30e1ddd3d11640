// The content digests of the APK Signature Schemes v2 and later.
//
// Source: https://source.android.com/docs/security/features/apksigning/v2 ("Integrity-protected
// contents"). Three sections (what is before the signing block, the central directory, the end
// record) are digested as if the block were not there.
//   Chunked: each section is cut into chunks of 1 MiB; a chunk's digest is H(0xa5 || u32 length ||
//     bytes), the content digest H(0x5a || u32 number of chunks || chunk digests).
//   Verity: the root of a hash tree (verify/apk/merkle_tree.hpp) over the sections one after the
//     other, with a salt of eight zero bytes, || u64 number of bytes. The first section must be a
//     multiple of 4096 bytes.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/byte_source.hpp"
#include "verify/apk/digested_prefix.hpp"
#include "verify/apk/signature_algorithm.hpp"

namespace hallmark {

using ContentDigests = std::map<ContentDigestKind, std::vector<uint8_t>>;

// Of a chunked kind: how long a digest is, and that of one chunk.
std::size_t chunk_digest_size(ContentDigestKind kind);
void digest_chunk(ContentDigestKind kind, std::span<const uint8_t> chunk,
                  std::span<uint8_t> digest);

// One pass over the sections for all chunked kinds together, another one for verity. Uses several
// threads, and memory that does not grow with size but for 96 bytes for each MiB. A verity digest
// that cannot be is left out of the answer. `known`: what the first section begins with, which is
// not read for the chunked kinds if it has all of them; may be null.
Result<ContentDigests> content_digests(const std::vector<ByteSource>& sections,
                                       const std::set<ContentDigestKind>& kinds,
                                       const DigestedPrefix* known = nullptr);

}  // namespace hallmark
