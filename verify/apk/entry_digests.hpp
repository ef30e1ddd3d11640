// Digests of what many ZIP entries decompress to.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct EntryToDigest {
  const ZipEntry* entry = nullptr;
  std::vector<HashAlgorithm> hashes;
};

// Gets the digests of entries[index], in the order of its hashes.
using EntryDigestSink =
    std::function<void(std::size_t index, std::span<const std::vector<uint8_t>> digests)>;

// Reads every entry once, as a stream, for all its hashes together, on all processors. The sink is
// called once for each, in any order, by several threads at once. Errors are those of
// ZipEntryStream. Entries that are `known` are compared with those, if at all, and not
// decompressed.
Status digest_entries(const FileBytes& untrusted_file, const std::vector<EntryToDigest>& entries,
                      const EntryDigestSink& sink, const KnownEntries& known = {});

}  // namespace hallmark
