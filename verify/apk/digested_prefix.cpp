#include "verify/apk/digested_prefix.hpp"

#include <memory>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kBlockDigestsOfPiece = kDigestedPiece / kMerkleBlockSize * Sha256Digest::kSize;

}  // namespace

Result<DigestedPrefix> DigestedPrefix::compute(const FileBytes& file, uint64_t size,
                                               const std::set<ContentDigestKind>& kinds,
                                               bool blocks) {
  DigestedPrefix out;
  const uint64_t pieces = size / kDigestedPiece;
  for (const ContentDigestKind kind : kinds) {
    if (kind == ContentDigestKind::kVeritySha256) continue;
    out.chunks_[kind].resize(pieces * chunk_digest_size(kind));
  }
  if (out.chunks_.empty() && !blocks) return out;
  out.size_ = pieces * kDigestedPiece;
  if (blocks) out.blocks_.resize(pieces * kBlockDigestsOfPiece);
  HALLMARK_CHECK(for_each_in_parallel(pieces, [&]() -> IndexedWork {
    return [&, buffer = std::make_shared<std::vector<uint8_t>>(kDigestedPiece)](uint64_t index) {
      return out.digest_piece(file, index, *buffer);
    };
  }));
  return out;
}

// Several threads at once, each for other pieces.
Status DigestedPrefix::digest_piece(const FileBytes& file, uint64_t index,
                                    std::vector<uint8_t>& buffer) {
  HALLMARK_CHECK(file.read_into(index * kDigestedPiece, buffer));
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

std::set<ContentDigestKind> DigestedPrefix::kinds() const {
  std::set<ContentDigestKind> out;
  for (const auto& [kind, digests] : chunks_) out.insert(kind);
  return out;
}

bool DigestedPrefix::has_same_content(const DigestedPrefix& other) const {
  return !chunks_.empty() && size_ == other.size_ && chunks_ == other.chunks_;
}

}  // namespace hallmark
