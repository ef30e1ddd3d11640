#include "verify/apk/digested_prefix.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kBlockDigestsOfPiece = kDigestedPiece / kMerkleBlockSize * Sha256Digest::kSize;
// What two threads compare at a time should stay in their processors' caches.
constexpr uint64_t kComparedAtOnce = uint64_t{1} << 16U;
static_assert(kDigestedPiece % kComparedAtOnce == 0);

}  // namespace

Result<DigestedPrefix> DigestedPrefix::compute(const FileBytes& file, uint64_t size,
                                               const std::set<ContentDigestKind>& kinds,
                                               bool blocks) {
  DigestedPrefix out(file);
  const uint64_t pieces = size / kDigestedPiece;
  out.size_ = pieces * kDigestedPiece;
  for (const ContentDigestKind kind : kinds) {
    if (kind == ContentDigestKind::kVeritySha256) continue;
    out.chunks_[kind].resize(pieces * chunk_digest_size(kind));
  }
  if (blocks) out.blocks_.resize(pieces * kBlockDigestsOfPiece);
  HALLMARK_CHECK(for_each_in_parallel(pieces, [&out]() -> IndexedWork {
    return [&out, buffer = std::make_shared<std::vector<uint8_t>>(kDigestedPiece)](uint64_t index) {
      return out.digest_piece(index, *buffer);
    };
  }));
  return out;
}

// Several threads at once, each for other pieces.
Status DigestedPrefix::digest_piece(uint64_t index, std::vector<uint8_t>& buffer) {
  HALLMARK_CHECK(origin_.read_into(index * kDigestedPiece, buffer));
  for (auto& [kind, digests] : chunks_) {
    const std::size_t length = chunk_digest_size(kind);
    digest_chunk(kind, buffer, std::span(digests).subspan(index * length, length));
  }
  if (blocks_.empty()) return ok_status();
  digest_merkle_blocks(
      buffer, {}, std::span(blocks_).subspan(index * kBlockDigestsOfPiece, kBlockDigestsOfPiece));
  return ok_status();
}

const std::vector<uint8_t>* DigestedPrefix::chunks(ContentDigestKind kind) const {
  const auto found = chunks_.find(kind);
  return found == chunks_.end() ? nullptr : &found->second;
}

// The piece of both files; `buffer` holds what is compared at a time of each.
Result<bool> DigestedPrefix::same_piece(const FileBytes& untrusted_file, uint64_t index,
                                        std::span<uint8_t> buffer) const {
  const auto own = buffer.first(buffer.size() / 2);
  const auto other = buffer.last(own.size());
  const uint64_t end = (index + 1) * kDigestedPiece;
  for (uint64_t offset = index * kDigestedPiece; offset < end; offset += own.size()) {
    HALLMARK_CHECK(origin_.read_into(offset, own));
    HALLMARK_CHECK(untrusted_file.read_into(offset, other));
    if (!std::equal(own.begin(), own.end(), other.begin())) return false;
  }
  return true;
}

Result<bool> DigestedPrefix::begins(const FileBytes& untrusted_file) const {
  if (untrusted_file.size() < size_) return false;
  std::atomic<bool> same = true;
  HALLMARK_CHECK(for_each_in_parallel(size_ / kDigestedPiece, [&]() -> IndexedWork {
    return [&, buffer = std::make_shared<std::vector<uint8_t>>(2 * kComparedAtOnce)](
               uint64_t index) -> Status {
      HALLMARK_TRY(const bool same_here, same_piece(untrusted_file, index, *buffer));
      if (!same_here) same = false;
      return ok_status();
    };
  }));
  return same.load();
}

}  // namespace hallmark
