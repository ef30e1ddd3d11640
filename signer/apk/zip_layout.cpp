#include "signer/apk/zip_layout.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "signer/apk/zip_parts.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxOffset = 0xfffffffe;  // beyond it a ZIP needs zip64
constexpr std::size_t kMaxEntries = 0xffff;
constexpr std::size_t kRecordVariableFields = 28;  // of a directory's record: three lengths
constexpr std::size_t kRecordOffsetField = 42;
constexpr std::size_t kRecordSize = 46;
constexpr std::size_t kEndRecordCountsField = 8;

Error refusal(std::string cause) { return verification_error("APK", std::move(cause)); }

// Collects the new archive's parts; parts of the file that follow each other become one.
class Parts {
 public:
  explicit Parts(const FileBytes& file) : file_(file) {}

  uint64_t size() const { return size_; }

  void keep(uint64_t from, uint64_t to) {
    if (from == to) return;
    if (kept_to_ != from) {
      flush();
      kept_from_ = from;
    }
    kept_to_ = to;
    size_ += to - from;
  }
  void add(std::vector<uint8_t> bytes) {
    flush();
    size_ += bytes.size();
    sources_.push_back(owned_source(std::move(bytes)));
  }
  // Before the first change: known once there is one, or all was taken.
  uint64_t unchanged() const { return unchanged_; }
  std::vector<ByteSource> take() {
    flush();
    return std::move(sources_);
  }

 private:
  void flush() {
    if (kept_from_ != kept_to_) {
      if (sources_.empty() && kept_from_ == 0) unchanged_ = kept_to_;
      sources_.push_back(file_source(file_, kept_from_, kept_to_ - kept_from_));
    }
    kept_from_ = kept_to_;
  }

  const FileBytes& file_;
  std::vector<ByteSource> sources_;
  uint64_t kept_from_ = 0;
  uint64_t kept_to_ = 0;
  uint64_t unchanged_ = 0;
  uint64_t size_ = 0;
};

class LayoutWriter {
 public:
  LayoutWriter(const FileBytes& file, const ZipArchive& archive, ZipChanges changes)
      : file_(file), archive_(archive), changes_(std::move(changes)), parts_(file) {}

  Result<ZipLayout> write() {
    HALLMARK_CHECK(keep_entries());
    HALLMARK_CHECK(keep_padding());
    HALLMARK_CHECK(keep_records());
    HALLMARK_CHECK(add_entries());
    return finish();
  }

 private:
  bool is_dropped(const ZipEntry& entry) const { return changes_.drop.contains(entry.name); }

  // In the order in which they are stored. The gap before an entry goes where the entry goes, but
  // an archive starts with an entry.
  Status keep_entries() {
    std::vector<std::size_t> order(archive_.entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return archive_.entries[a].header_offset < archive_.entries[b].header_offset;
    });
    new_offsets_.resize(order.size());
    uint64_t previous_end = 0;
    for (const std::size_t index : order) {
      const ZipEntry& entry = archive_.entries[index];
      if (!is_dropped(entry)) {
        if (parts_.size() > 0) parts_.keep(previous_end, entry.header_offset);
        new_offsets_[index] = parts_.size();
        HALLMARK_CHECK(keep_entry(entry));
      }
      previous_end = entry.end_offset;
    }
    return ok_status();
  }

  Status keep_entry(const ZipEntry& entry) {
    const uint64_t header_size = entry.data_offset - entry.header_offset;
    if (!changes_.align || is_aligned(entry, parts_.size() + header_size)) {
      parts_.keep(entry.header_offset, entry.end_offset);
      return ok_status();
    }
    HALLMARK_TRY(const std::vector<uint8_t> header, file_.read(entry.header_offset, header_size));
    HALLMARK_TRY(std::vector<uint8_t> aligned, aligned_header(entry, header, parts_.size()));
    parts_.add(std::move(aligned));
    parts_.keep(entry.data_offset, entry.end_offset);
    return ok_status();
  }

  Status keep_padding() {
    HALLMARK_TRY(const SigningBlock block, read_signing_block(file_, archive_.directory_offset));
    if (!block.exists()) parts_.keep(archive_.entries_end, archive_.directory_offset);
    return ok_status();
  }

  // The records of the entries that are kept, in their old order, with new offsets.
  Status keep_records() {
    HALLMARK_TRY(const std::vector<uint8_t> records,
                 file_.read(archive_.directory_offset, archive_.directory_size));
    LittleEndianReader reader(records);
    for (std::size_t index = 0; index < archive_.entries.size(); ++index) {
      const std::size_t start = records.size() - reader.remaining();
      reader.bytes(kRecordVariableFields);
      const uint64_t names = uint64_t{reader.u16()} + reader.u16() + reader.u16();
      reader.bytes(kRecordSize - kRecordVariableFields - 6 + names);
      if (!reader.ok()) return failed("file", "changed while it was read");
      if (is_dropped(archive_.entries[index])) continue;
      const std::size_t end = records.size() - reader.remaining();
      const auto record = std::span(records).subspan(start, end - start);
      directory_.bytes(record.first(kRecordOffsetField));
      directory_.u32(static_cast<uint32_t>(new_offsets_[index]));
      directory_.bytes(record.subspan(kRecordSize));
      ++count_;
    }
    return ok_status();
  }

  Status add_entries() {
    std::set<std::string_view> names;
    for (const NewZipEntry& entry : changes_.add) {
      const ZipEntry* existing = archive_.find(entry.name);
      if ((existing != nullptr && !is_dropped(*existing)) || !names.insert(entry.name).second) {
        return refusal("has an entry '" + entry.name + "' already");
      }
      HALLMARK_TRY(EncodedZipEntry encoded, encode_zip_entry(entry, parts_.size()));
      parts_.add(std::move(encoded.local));
      directory_.bytes(encoded.central);
      ++count_;
    }
    return ok_status();
  }

  Result<ZipLayout> finish() {
    if (count_ == 0) return refusal("would have no entries");
    if (count_ > kMaxEntries) return refusal("has more than 65,535 entries");
    if (directory_.size() > kMaxZipDirectory) return refusal("has too large a central directory");
    ZipLayout layout;
    layout.entries_size = parts_.size();
    layout.entries = parts_.take();
    layout.unchanged = parts_.unchanged();
    HALLMARK_TRY(layout.end_record, end_record_at(archive_.end_record, layout.entries_size));
    LittleEndianWriter counts;
    counts.u16(static_cast<uint16_t>(count_));  // on this disk
    counts.u16(static_cast<uint16_t>(count_));
    counts.u32(static_cast<uint32_t>(directory_.size()));
    std::copy(counts.view().begin(), counts.view().end(),
              layout.end_record.begin() + kEndRecordCountsField);
    layout.directory = directory_.take();
    return layout;
  }

  const FileBytes& file_;
  const ZipArchive& archive_;
  const ZipChanges changes_;
  Parts parts_;
  std::vector<uint64_t> new_offsets_;  // of local headers, by index in the archive
  LittleEndianWriter directory_;
  std::size_t count_ = 0;
};

}  // namespace

Result<ZipLayout> lay_out_zip(const FileBytes& file, const ZipArchive& archive,
                              ZipChanges changes) {
  return LayoutWriter(file, archive, std::move(changes)).write();
}

Result<std::vector<uint8_t>> end_record_at(std::vector<uint8_t> record, uint64_t directory_offset) {
  if (directory_offset > kMaxOffset) return refusal("is too large: it would need zip64");
  for (std::size_t i = 0; i < 4; ++i) {
    record[kEndRecordDirectoryOffsetField + i] = static_cast<uint8_t>(directory_offset >> (8 * i));
  }
  return record;
}

Status write_source(const ByteSource& source, int out_fd) {
  constexpr uint64_t kPiece = uint64_t{1} << 20U;
  std::vector<uint8_t> buffer(std::min(source.size, kPiece));
  for (uint64_t offset = 0; offset < source.size; offset += buffer.size()) {
    const auto part = std::span(buffer).first(std::min(kPiece, source.size - offset));
    HALLMARK_CHECK(source.read(offset, part));
    HALLMARK_CHECK(write_all(out_fd, as_text(part)));
  }
  return ok_status();
}

}  // namespace hallmark
