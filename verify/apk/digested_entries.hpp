// Entries of an archive that somebody has decompressed and digested already.
//
// For the signer's check of what it made: nearly all entries of a signed APK are those of the
// unsigned one. Where method, sizes, CRC and compressed bytes are the same, so is what they
// decompress to, and its digest. So the compressed bytes are compared, which is many times faster;
// an entry that differs in any of them is as good as unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct DigestedEntry {
  const ZipEntry* entry = nullptr;
  std::vector<uint8_t> digest;  // of what it decompresses to; its size and CRC were checked
};

class DigestedEntries {
 public:
  // `entries` of `origin`, sorted by name. Their archive must outlive this; the file must neither
  // change nor be closed meanwhile.
  DigestedEntries(FileBytes origin, HashAlgorithm hash, std::vector<DigestedEntry> entries);

  // The digest of an entry of a file, if that is the same as one of these. `same_bytes`: with how
  // many of the origin's first bytes the file begins, as the caller knows; entries within them need
  // no comparison. Any number of threads at once.
  Result<std::optional<std::vector<uint8_t>>> find(const FileBytes& untrusted_file,
                                                   const ZipEntry& untrusted_entry,
                                                   HashAlgorithm hash,
                                                   uint64_t same_bytes = 0) const;

 private:
  const DigestedEntry* named(std::string_view name) const;

  FileBytes origin_;
  HashAlgorithm hash_;
  std::vector<DigestedEntry> entries_;
};

// What somebody knows of a file before it is read.
struct KnownEntries {
  const DigestedEntries* entries = nullptr;  // borrowed; null: nothing
  uint64_t same_bytes = 0;                   // as for DigestedEntries::find()
};

}  // namespace hallmark
