#include "verify/apk/digested_entries.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace hallmark {
namespace {

constexpr uint64_t kPiece = uint64_t{1} << 16U;

bool same_facts(const ZipEntry& a, const ZipEntry& b) {
  return a.method == b.method && a.crc32 == b.crc32 && a.compressed_size == b.compressed_size &&
         a.size == b.size;
}

// At the same place within what the files have in common.
bool in_same_bytes(const ZipEntry& known, const ZipEntry& entry, uint64_t same_bytes) {
  return known.data_offset == entry.data_offset && entry.data_offset <= same_bytes &&
         entry.compressed_size <= same_bytes - entry.data_offset;
}

Result<bool> compare_bytes(const FileBytes& a, uint64_t a_offset, const FileBytes& b,
                           uint64_t b_offset, uint64_t size) {
  std::vector<uint8_t> a_buffer(std::min(size, kPiece));
  std::vector<uint8_t> b_buffer(a_buffer.size());
  for (uint64_t done = 0; done < size; done += kPiece) {
    const uint64_t length = std::min(kPiece, size - done);
    const auto a_part = std::span(a_buffer).first(length);
    const auto b_part = std::span(b_buffer).first(length);
    HALLMARK_CHECK(a.read_into(a_offset + done, a_part));
    HALLMARK_CHECK(b.read_into(b_offset + done, b_part));
    if (!std::equal(a_part.begin(), a_part.end(), b_part.begin())) return false;
  }
  return true;
}

}  // namespace

DigestedEntries::DigestedEntries(FileBytes origin, HashAlgorithm hash,
                                 std::vector<DigestedEntry> entries)
    : origin_(std::move(origin)), hash_(hash), entries_(std::move(entries)) {}

Result<std::optional<std::vector<uint8_t>>> DigestedEntries::find(const FileBytes& untrusted_file,
                                                                  const ZipEntry& untrusted_entry,
                                                                  HashAlgorithm hash,
                                                                  uint64_t same_bytes) const {
  std::optional<std::vector<uint8_t>> digest;
  const DigestedEntry* known = hash == hash_ ? named(untrusted_entry.name) : nullptr;
  if (known == nullptr || !same_facts(*known->entry, untrusted_entry)) return digest;
  if (in_same_bytes(*known->entry, untrusted_entry, same_bytes)) {
    return std::optional(known->digest);
  }
  HALLMARK_TRY(const bool same,
               compare_bytes(untrusted_file, untrusted_entry.data_offset, origin_,
                             known->entry->data_offset, known->entry->compressed_size));
  if (same) digest = known->digest;
  return digest;
}

const DigestedEntry* DigestedEntries::named(std::string_view name) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const DigestedEntry& item, std::string_view other) { return item.entry->name < other; });
  return found != entries_.end() && found->entry->name == name ? &*found : nullptr;
}

}  // namespace hallmark
