// Local headers and data descriptors (APPNOTE 4.3.7, 4.3.9), compared with the central directory.
#include <algorithm>

#include "core/bytes.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kDescriptorSignature = 0x08074b50;
constexpr uint64_t kLocalHeaderSize = 30;
constexpr uint16_t kHasDescriptor = 0x0008;

Error mismatch(const ZipEntry& entry, const char* field) {
  return zip_refusal("ZIP_HEADER_MISMATCH", "entry '" + printable_name(entry.name) +
                                                "': local header and central directory differ in " +
                                                field);
}

Error overlap(const ZipEntry& entry) {
  return zip_refusal("ZIP_OVERLAP", "entry '" + printable_name(entry.name) +
                                        "' reaches into the central directory");
}

struct Sizes {
  uint32_t crc32 = 0;
  uint32_t compressed_size = 0;
  uint32_t size = 0;
  bool all_zero() const { return crc32 == 0 && compressed_size == 0 && size == 0; }
};

Sizes read_sizes(LittleEndianReader& reader) {
  Sizes sizes;
  sizes.crc32 = reader.u32();
  sizes.compressed_size = reader.u32();
  sizes.size = reader.u32();
  return sizes;
}

Status compare_sizes(const Sizes& sizes, const ZipEntry& entry) {
  if (sizes.crc32 != entry.crc32) return mismatch(entry, "CRC");
  if (sizes.compressed_size != entry.compressed_size) return mismatch(entry, "compressed size");
  if (sizes.size != entry.size) return mismatch(entry, "size");
  return ok_status();
}

// The descriptor's signature is optional, so its first word alone does not tell which form it has.
// Returns its length.
Result<uint64_t> check_descriptor(std::span<const uint8_t> untrusted_bytes, const ZipEntry& entry) {
  LittleEndianReader with_signature(untrusted_bytes);
  if (with_signature.u32() == kDescriptorSignature) {
    const Sizes sizes = read_sizes(with_signature);
    if (with_signature.ok() && compare_sizes(sizes, entry).ok()) return uint64_t{16};
  }
  LittleEndianReader bare(untrusted_bytes);
  const Sizes sizes = read_sizes(bare);
  if (!bare.ok() || !compare_sizes(sizes, entry).ok()) return mismatch(entry, "data descriptor");
  return uint64_t{12};
}

// The fixed part and the name; leaves the entry's data_offset set.
Status compare_header(std::span<const uint8_t> untrusted_header, ZipEntry& entry) {
  LittleEndianReader reader(untrusted_header);
  if (reader.u32() != kLocalSignature) return mismatch(entry, "signature");
  if (reader.u16() != entry.version_needed) return mismatch(entry, "version needed");
  if (reader.u16() != entry.flags) return mismatch(entry, "flags");
  if (reader.u16() != entry.method) return mismatch(entry, "method");
  if (reader.u16() != entry.time) return mismatch(entry, "time");
  if (reader.u16() != entry.date) return mismatch(entry, "date");
  const Sizes sizes = read_sizes(reader);
  const bool deferred = (entry.flags & kHasDescriptor) != 0 && sizes.all_zero();
  if (!deferred) HALLMARK_CHECK(compare_sizes(sizes, entry));
  const uint16_t name_length = reader.u16();
  // Alignment padding lives in the local extra field alone, so the two extra fields may differ.
  const uint16_t extra_length = reader.u16();
  const auto name = reader.bytes(name_length);
  if (!reader.ok() || as_text(name) != entry.name) return mismatch(entry, "name");
  entry.data_offset = entry.header_offset + kLocalHeaderSize + name_length + extra_length;
  return ok_status();
}

}  // namespace

Status check_local_header(const FileBytes& untrusted_file, uint64_t directory_offset,
                          ZipEntry& entry) {
  const uint64_t header_size = kLocalHeaderSize + entry.name.size();
  if (entry.header_offset + header_size > directory_offset) return overlap(entry);
  HALLMARK_TRY(const std::vector<uint8_t> header,
               untrusted_file.read(entry.header_offset, header_size));
  HALLMARK_CHECK(compare_header(header, entry));

  const uint64_t data_end = entry.data_offset + entry.compressed_size;
  if (data_end > directory_offset) return overlap(entry);
  entry.end_offset = data_end;
  if ((entry.flags & kHasDescriptor) != 0) {
    const uint64_t available = std::min<uint64_t>(16, directory_offset - data_end);
    HALLMARK_TRY(const std::vector<uint8_t> descriptor, untrusted_file.read(data_end, available));
    HALLMARK_TRY(const uint64_t length, check_descriptor(descriptor, entry));
    entry.end_offset += length;
  }
  return ok_status();
}

}  // namespace hallmark
