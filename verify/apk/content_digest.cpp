#include "verify/apk/content_digest.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "core/parallel.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kChunkSize = uint64_t{1} << 20U;
static_assert(kChunkSize == kDigestedPiece);
constexpr uint64_t kMaxChunks = 0xffffffff;
constexpr uint8_t kChunkPrefix = 0xa5;
constexpr uint8_t kTopPrefix = 0x5a;
constexpr std::array<uint8_t, 8> kVeritySalt{};

std::array<uint8_t, 5> prefix(uint8_t kind, uint64_t number) {
  std::array<uint8_t, 5> out{kind};
  for (std::size_t i = 0; i < 4; ++i) out[i + 1] = static_cast<uint8_t>(number >> (8 * i));
  return out;
}

HashAlgorithm hash_of_chunks(ContentDigestKind kind) {
  return kind == ContentDigestKind::kChunkedSha512 ? HashAlgorithm::kSha512
                                                   : HashAlgorithm::kSha256;
}

uint64_t chunks_of(const ByteSource& section) {
  return section.size / kChunkSize + (section.size % kChunkSize != 0 ? 1 : 0);
}

// The digests of all chunks, for one kind after the other; filled by several threads, each of which
// takes other chunks.
class ChunkDigests {
 public:
  ChunkDigests(const std::vector<ByteSource>& sections, std::set<ContentDigestKind> kinds,
               const DigestedPrefix* known)
      : sections_(sections), kinds_(std::move(kinds)), known_(known) {
    for (const ByteSource& section : sections) count_ += chunks_of(section);
  }

  uint64_t count() const { return count_; }

  Status compute() {
    for (const ContentDigestKind kind : kinds_) take_known(kind);
    return for_each_in_parallel(count_, [this]() -> IndexedWork {
      return [this, buffer = std::make_shared<std::vector<uint8_t>>(kChunkSize)](uint64_t index) {
        return compute_chunk(index, *buffer);
      };
    });
  }

  void finish(ContentDigests& out) const {
    for (const auto& [kind, chunk_digests] : digests_) {
      Hasher top(hash_of_chunks(kind));
      top.update(prefix(kTopPrefix, count_));
      top.update(chunk_digests);
      out[kind] = top.finish();
    }
  }

 private:
  void take_known(ContentDigestKind kind) {
    std::vector<uint8_t>& digests = digests_[kind];
    const std::vector<uint8_t>* known = known_ == nullptr ? nullptr : known_->chunks(kind);
    if (known != nullptr) digests = *known;
    first_unknown_[kind] = digests.size() / chunk_digest_size(kind);
    digests.resize(count_ * chunk_digest_size(kind));
  }

  bool is_known(uint64_t index) const {
    return std::all_of(first_unknown_.begin(), first_unknown_.end(),
                       [index](const auto& first) { return index < first.second; });
  }

  Status compute_chunk(uint64_t index, std::span<uint8_t> buffer) {
    if (is_known(index)) return ok_status();
    uint64_t in_section = index;
    auto section = sections_.begin();
    while (in_section >= chunks_of(*section)) in_section -= chunks_of(*section++);
    const uint64_t offset = in_section * kChunkSize;
    const auto chunk = buffer.first(std::min(kChunkSize, section->size - offset));
    HALLMARK_CHECK(section->read(offset, chunk));
    for (auto& [kind, digests] : digests_) {
      if (index < first_unknown_.at(kind)) continue;
      const std::size_t length = chunk_digest_size(kind);
      digest_chunk(kind, chunk, std::span(digests).subspan(index * length, length));
    }
    return ok_status();
  }

  const std::vector<ByteSource>& sections_;
  std::set<ContentDigestKind> kinds_;
  const DigestedPrefix* known_;
  std::map<ContentDigestKind, uint64_t> first_unknown_;
  uint64_t count_ = 0;
  ContentDigests digests_;  // here, of the chunks
};

Status add_verity_digest(const std::vector<ByteSource>& sections, ContentDigests& out) {
  if (sections.empty() || sections.front().size % kMerkleBlockSize != 0) return ok_status();
  LittleEndianWriter digest;
  HALLMARK_TRY(const Sha256Digest root, merkle_root(sections, kVeritySalt, nullptr));
  digest.bytes(root.view());
  digest.u64(joined(sections).size);
  out[ContentDigestKind::kVeritySha256] = digest.take();
  return ok_status();
}

}  // namespace

std::size_t chunk_digest_size(ContentDigestKind kind) {
  return Hasher(hash_of_chunks(kind)).size();
}

void digest_chunk(ContentDigestKind kind, std::span<const uint8_t> chunk,
                  std::span<uint8_t> digest) {
  Hasher hasher(hash_of_chunks(kind));
  hasher.update(prefix(kChunkPrefix, chunk.size()));
  hasher.update(chunk);
  hasher.finish(digest);
}

Result<ContentDigests> content_digests(const std::vector<ByteSource>& sections,
                                       const std::set<ContentDigestKind>& kinds,
                                       const DigestedPrefix* known) {
  if (known != nullptr && (sections.empty() || sections.front().size < known->size())) {
    return failed("content digest", "is of less than was digested already");
  }
  std::set<ContentDigestKind> chunked = kinds;
  const bool verity = chunked.erase(ContentDigestKind::kVeritySha256) > 0;
  ContentDigests out;
  if (!chunked.empty()) {
    ChunkDigests digests(sections, chunked, known);
    if (digests.count() > kMaxChunks) return failed("content digest", "is of too many chunks");
    HALLMARK_CHECK(digests.compute());
    digests.finish(out);
  }
  if (verity) HALLMARK_CHECK(add_verity_digest(sections, out));
  return out;
}

}  // namespace hallmark
