#include "verify/apk/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "verify/apk/little_endian.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::array<uint8_t, 4> kLocalSignature = {'P', 'K', 3, 4};

// A file that starts as something else (a DEX, a script) is two things at once.
Status check_start(const FileBytes& untrusted_file) {
  std::array<uint8_t, 4> start{};
  HALLMARK_CHECK(untrusted_file.read_into(0, start));
  if (start != kLocalSignature) {
    return zip_refusal("ZIP_FOREIGN_DATA", "the file does not start with a ZIP entry");
  }
  return ok_status();
}

// Whoever walks the local headers finds what stands in a gap as well. Packagers fill gaps with
// entries without a name, which are nothing to anybody; one with a name would be content that the
// central directory, and a v1 signature, know nothing of.
class GapCheck {
 public:
  explicit GapCheck(const FileBytes& untrusted_file) : file_(untrusted_file) {}

  Status check(uint64_t offset, uint64_t end) {
    std::array<uint8_t, kLocalHeaderSize> header{};
    while (offset + header.size() <= end) {
      if (++headers_ > kMaxHeaders) {
        return zip_refusal("ZIP_FOREIGN_DATA", "there are too many entries without a name");
      }
      HALLMARK_CHECK(file_.read_into(offset, header));
      if (!std::equal(kLocalSignature.begin(), kLocalSignature.end(), header.begin())) break;
      LittleEndianReader reader{std::span(header).subspan(kCompressedSizeField)};
      const uint64_t compressed_size = reader.u32();
      reader.u32();
      if (reader.u16() != 0) {
        return zip_refusal("ZIP_FOREIGN_DATA",
                           "between two entries is one that the central directory does not name");
      }
      offset += header.size() + reader.u16() + compressed_size;
    }
    return ok_status();
  }

 private:
  static constexpr std::size_t kLocalHeaderSize = 30;
  static constexpr std::size_t kCompressedSizeField = 18;
  static constexpr std::size_t kMaxHeaders = std::size_t{1} << 17U;  // one a gap, and as many again

  const FileBytes& file_;
  std::size_t headers_ = 0;
};

Result<uint64_t> check_order(const FileBytes& untrusted_file,
                             const std::vector<ZipEntry>& entries) {
  std::vector<const ZipEntry*> by_offset;
  by_offset.reserve(entries.size());
  for (const ZipEntry& entry : entries) by_offset.push_back(&entry);
  std::sort(by_offset.begin(), by_offset.end(), [](const ZipEntry* a, const ZipEntry* b) {
    return a->header_offset < b->header_offset;
  });
  GapCheck gaps(untrusted_file);
  uint64_t end = 0;
  for (const ZipEntry* entry : by_offset) {
    if (entry->header_offset < end) {
      return zip_refusal("ZIP_OVERLAP",
                         "entry '" + printable_name(entry->name) + "' starts inside another");
    }
    HALLMARK_CHECK(gaps.check(end, entry->header_offset));
    end = entry->end_offset;
  }
  return end;
}

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

// Raw deflate into exactly `size` bytes; false if the data is anything else.
bool inflate_exactly(std::vector<uint8_t>& compressed, std::vector<uint8_t>& out) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  const std::unique_ptr<z_stream, InflateEnd> owner(&stream);
  uint8_t nothing = 0;  // zlib wants a place to write to, even for no bytes
  stream.next_in = compressed.data();
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = out.empty() ? &nothing : out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  return ::inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0 &&
         stream.avail_out == 0;
}

uint32_t crc_of(const std::vector<uint8_t>& bytes) {
  return static_cast<uint32_t>(::crc32_z(::crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

}  // namespace

const ZipEntry* ZipArchive::find(std::string_view name) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [name](const ZipEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

Result<ZipArchive> read_zip(const FileBytes& untrusted_file) {
  HALLMARK_TRY(ZipEnd end, find_zip_end(untrusted_file));
  HALLMARK_CHECK(check_start(untrusted_file));
  ZipArchive archive;
  HALLMARK_TRY(archive.entries, read_zip_directory(untrusted_file, end));
  for (ZipEntry& entry : archive.entries) {
    HALLMARK_CHECK(check_local_header(untrusted_file, end.directory_offset, entry));
  }
  HALLMARK_TRY(archive.entries_end, check_order(untrusted_file, archive.entries));
  archive.directory_offset = end.directory_offset;
  archive.directory_size = end.directory_size;
  archive.end_record = std::move(end.record);
  return archive;
}

Result<std::vector<uint8_t>> read_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                                            uint32_t limit) {
  const auto refuse = [&entry](const char* why) {
    return zip_refusal("ZIP_MALFORMED_ENTRY", "entry '" + printable_name(entry.name) + "' " + why);
  };
  // Deflate can grow incompressible data by a few bytes in 16 KiB; twice the limit is never honest.
  if (entry.size > limit || entry.compressed_size > uint64_t{limit} * 2) {
    return refuse("is larger than the limit for it");
  }
  HALLMARK_TRY(std::vector<uint8_t> bytes,
               untrusted_file.read(entry.data_offset, entry.compressed_size));
  if (entry.method != 0) {
    std::vector<uint8_t> inflated(entry.size);
    if (!inflate_exactly(bytes, inflated)) return refuse("does not decompress to its size");
    bytes = std::move(inflated);
  }
  if (crc_of(bytes) != entry.crc32) return refuse("does not have its CRC");
  return bytes;
}

Status check_zip_padding(const FileBytes& untrusted_file, const ZipArchive& archive, uint64_t end) {
  if (end < archive.entries_end) {
    return zip_refusal("ZIP_OVERLAP", "the signing block starts inside an entry");
  }
  std::vector<uint8_t> buffer(std::size_t{1} << 16U);
  uint64_t offset = archive.entries_end;
  while (offset < end) {
    const auto part = std::span(buffer).first(std::min<uint64_t>(buffer.size(), end - offset));
    HALLMARK_CHECK(untrusted_file.read_into(offset, part));
    if (std::any_of(part.begin(), part.end(), [](uint8_t byte) { return byte != 0; })) {
      return zip_refusal("ZIP_FOREIGN_DATA",
                         "there are bytes between the last entry and what must follow it");
    }
    offset += part.size();
  }
  return ok_status();
}

}  // namespace hallmark
