// Digests of what a file begins with, computed once for all that is made of them.
//
// For the signer: a signed APK begins with the unsigned one's entries, at the same place. Content
// digests and hash tree are digests of many small parts (verify/apk/content_digest.hpp,
// merkle_tree.hpp), and each is computed twice: to be signed, and to check what was made. So the
// parts are digested in one reading, early; the check compares bytes, which is many times faster.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/signature_algorithm.hpp"

namespace hallmark {

constexpr uint64_t kDigestedPiece = uint64_t{1} << 20U;

class DigestedPrefix {
 public:
  // Of as many whole pieces as are within the first `size` bytes of the file, which must neither
  // change nor be closed meanwhile. For the chunked ones of `kinds`; `blocks`: for the hash tree
  // too. Uses several threads.
  static Result<DigestedPrefix> compute(const FileBytes& file, uint64_t size,
                                        const std::set<ContentDigestKind>& kinds, bool blocks);

  uint64_t size() const { return size_; }  // in bytes; a multiple of kDigestedPiece
  // Of piece after piece, as a chunk (1 MiB); null: of that kind there is none.
  const std::vector<uint8_t>* chunks(ContentDigestKind kind) const;
  // Of 4096 bytes after 4096 bytes, without salt; may be empty.
  const std::vector<uint8_t>& blocks() const { return blocks_; }

  // Whether another file begins with the same bytes: all of them.
  Result<bool> begins(const FileBytes& untrusted_file) const;

 private:
  explicit DigestedPrefix(FileBytes origin) : origin_(std::move(origin)) {}

  Status digest_piece(uint64_t index, std::vector<uint8_t>& buffer);
  Result<bool> same_piece(const FileBytes& untrusted_file, uint64_t index,
                          std::span<uint8_t> buffer) const;

  FileBytes origin_;
  uint64_t size_ = 0;
  std::map<ContentDigestKind, std::vector<uint8_t>> chunks_;
  std::vector<uint8_t> blocks_;
};

}  // namespace hallmark
