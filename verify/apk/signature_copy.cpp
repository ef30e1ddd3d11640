#include "verify/apk/signature_copy.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kRecordOffsetField = 42;
constexpr std::size_t kEndCountFields = 8;
constexpr uint64_t kMaxOffset = 0xfffffffe;
constexpr std::size_t kMaxEntries = 0xfffe;

struct Piece {
  const OpenedApk* apk;
  const OpenedEntry* entry;
};

// The entries that stay, of `order` in the archive.
std::vector<Piece> kept(const OpenedApk& apk, const std::vector<std::size_t>& order) {
  std::vector<Piece> out;
  for (const std::size_t index : order) {
    if (!apk.entries[index].signature) out.push_back({&apk, &apk.entries[index]});
  }
  return out;
}

// `of`'s order of signature files and others, with the others taken from `contents` one by one;
// what is left of these comes last.
std::vector<Piece> merged(const OpenedApk& of, const std::vector<std::size_t>& order,
                          const std::vector<Piece>& contents) {
  std::vector<Piece> out;
  std::size_t next = 0;
  for (const std::size_t index : order) {
    if (of.entries[index].signature) {
      out.push_back({&of, &of.entries[index]});
    } else if (next < contents.size()) {
      out.push_back(contents[next++]);
    }
  }
  out.insert(out.end(), contents.begin() + static_cast<long>(next), contents.end());
  return out;
}

std::vector<std::size_t> directory_order(const OpenedApk& apk) {
  std::vector<std::size_t> order(apk.entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  return order;
}

void put_u32(std::span<uint8_t> at, uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (8 * i));
}

class SignatureCopy {
 public:
  SignatureCopy(const OpenedApk& signature_of, const OpenedApk& contents, CopiedPadding padding)
      : of_(signature_of), contents_(contents) {
    if (padding == CopiedPadding::kOfContents) return;
    for (const OpenedEntry& entry : of_.entries) headers_.emplace(entry.zip.name, &entry);
  }

  Result<std::vector<ByteSource>> lay_out() {
    const auto in_file = merged(of_, of_.in_file, kept(contents_, contents_.in_file));
    for (const Piece& piece : in_file) add_entry(piece);
    add_signing_block();
    const uint64_t directory_offset = size_;
    const auto in_directory =
        merged(of_, directory_order(of_), kept(contents_, directory_order(contents_)));
    const std::vector<uint8_t> directory = directory_of(in_directory);
    if (directory_offset > kMaxOffset || directory.size() > kMaxOffset ||
        in_directory.size() > kMaxEntries) {
      return verification_error(contents_.name, "with the signature would need zip64");
    }
    add(owned_source(directory));
    add(owned_source(end_record(directory_offset, directory.size(), in_directory.size())));
    return std::move(sources_);
  }

 private:
  void add(ByteSource source) {
    size_ += source.size;
    if (source.size > 0) sources_.push_back(std::move(source));
  }

  void add_entry(const Piece& piece) {
    const OpenedEntry& entry = *piece.entry;
    const auto other = headers_.find(entry.zip.name);
    const bool borrowed = other != headers_.end() && piece.apk == &contents_;
    const OpenedEntry& header = borrowed ? *other->second : entry;
    const FileBytes& header_file = borrowed ? of_.file : piece.apk->file;
    header_offsets_.emplace(&entry, size_ + header.zip.header_offset - header.gap_offset);
    add(file_source(header_file, header.gap_offset, header.zip.data_offset - header.gap_offset));
    add(file_source(piece.apk->file, entry.zip.data_offset,
                    entry.zip.end_offset - entry.zip.data_offset));
  }

  void add_signing_block() {
    add(zero_padded({0, nullptr}, of_.block.offset - of_.zip.entries_end));
    add(memory_source(of_.block.bytes));
  }

  std::vector<uint8_t> directory_of(const std::vector<Piece>& pieces) const {
    std::vector<uint8_t> out;
    for (const Piece& piece : pieces) {
      const std::size_t start = out.size();
      out.insert(out.end(), piece.entry->record.begin(), piece.entry->record.end());
      put_u32(std::span(out).subspan(start + kRecordOffsetField, 4),
              header_offsets_.at(piece.entry));
    }
    return out;
  }

  std::vector<uint8_t> end_record(uint64_t directory_offset, uint64_t directory_size,
                                  std::size_t count) const {
    std::vector<uint8_t> record = contents_.zip.end_record;
    LittleEndianWriter fields;
    fields.u16(static_cast<uint16_t>(count));
    fields.u16(static_cast<uint16_t>(count));
    fields.u32(static_cast<uint32_t>(directory_size));
    fields.u32(static_cast<uint32_t>(directory_offset));
    std::copy(fields.view().begin(), fields.view().end(), record.begin() + kEndCountFields);
    return record;
  }

  const OpenedApk& of_;
  const OpenedApk& contents_;
  std::vector<ByteSource> sources_;
  uint64_t size_ = 0;
  std::unordered_map<const OpenedEntry*, uint64_t> header_offsets_;
  std::map<std::string_view, const OpenedEntry*> headers_;  // to be borrowed
};

}  // namespace

Result<std::vector<ByteSource>> copy_signature(const OpenedApk& signature_of,
                                               const OpenedApk& contents, CopiedPadding padding) {
  return SignatureCopy(signature_of, contents, padding).lay_out();
}

}  // namespace hallmark
