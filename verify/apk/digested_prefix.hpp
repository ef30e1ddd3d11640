// Digests of what a file begins with, computed once for all that is made of them.
//
// For the signer: a signed APK begins with the unsigned one's entries, at the same place. Content
// digests and hash tree are digests of many small parts (verify/apk/content_digest.hpp,
// merkle_tree.hpp), so the parts of both are digested in one reading. The check of the outcome
// digests the chunks again; where they are the same, so are the bytes, and what is known of them
// holds.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/signature_algorithm.hpp"

namespace hallmark {

constexpr uint64_t kDigestedPiece = uint64_t{1} << 20U;

class DigestedPrefix {
 public:
  // Of as many whole pieces as are within the first `size` bytes of the file. For the chunked ones
  // of `kinds`; `blocks`: for the hash tree too. Of none where neither is asked for. Uses several
  // threads.
  static Result<DigestedPrefix> compute(const FileBytes& file, uint64_t size,
                                        const std::set<ContentDigestKind>& kinds, bool blocks);

  uint64_t size() const { return size_; }  // in bytes; a multiple of kDigestedPiece
  // Of piece after piece, as a chunk (1 MiB); null: of that kind there is none.
  const std::vector<uint8_t>* chunks(ContentDigestKind kind) const;
  // Of 4096 bytes after 4096 bytes, without salt; may be empty.
  const std::vector<uint8_t>& blocks() const { return blocks_; }

  // Both have chunks, of the same kinds, and all of them are equal.
  bool has_same_content(const DigestedPrefix& other) const;
  std::set<ContentDigestKind> kinds() const;

 private:
  Status digest_piece(const FileBytes& file, uint64_t index, std::vector<uint8_t>& buffer);

  uint64_t size_ = 0;
  std::map<ContentDigestKind, std::vector<uint8_t>> chunks_;
  std::vector<uint8_t> blocks_;
};

}  // namespace hallmark
