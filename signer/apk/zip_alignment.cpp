// Alignment by the extra field 0xd935: u16 multiple, then zeros, as zipalign's successors write it.
#include "core/bytes.hpp"
#include "signer/apk/zip_parts.hpp"
#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint16_t kStored = 0;
constexpr uint32_t kDataMultiple = 4;
// Memory pages of 16 KiB, and those of the devices before them.
constexpr uint32_t kLibraryMultiple = 16384;
constexpr uint32_t kOldLibraryMultiple = 4096;

constexpr uint16_t kAlignmentField = 0xd935;
constexpr std::size_t kAlignmentFieldSize = 2 + 2 + 2;  // without zeros
constexpr std::size_t kFixedHeaderSize = 30;
constexpr std::size_t kExtraLengthOffset = 28;
constexpr std::size_t kMaxExtra = 0xffff;

// What the device maps into memory straight from the APK.
bool is_library(const ZipEntry& entry) {
  return entry.name.starts_with("lib/") && entry.name.ends_with(".so");
}

// What misaligned data is aligned to.
uint32_t wanted_multiple(const ZipEntry& entry) {
  return is_library(entry) ? kLibraryMultiple : kDataMultiple;
}

// All fields but those that align: 0xd935, and the zeros that old tools used. Bytes that are no
// field are such zeros too.
std::vector<uint8_t> other_fields(std::span<const uint8_t> extra) {
  LittleEndianReader reader(extra);
  LittleEndianWriter out;
  for (;;) {
    const uint16_t id = reader.u16();
    const uint16_t size = reader.u16();
    const auto value = reader.bytes(size);
    if (!reader.ok()) return out.take();
    if (id == kAlignmentField || (id == 0 && size == 0)) continue;
    out.u16(id);
    out.u16(size);
    out.bytes(value);
  }
}

}  // namespace

bool is_aligned(const ZipEntry& entry, uint64_t data_offset) {
  if (entry.method != kStored || entry.name.ends_with('/')) return true;
  const bool old_library = is_library(entry) && entry.data_offset % kLibraryMultiple != 0 &&
                           entry.data_offset % kOldLibraryMultiple == 0;
  return data_offset % (old_library ? kOldLibraryMultiple : wanted_multiple(entry)) == 0;
}

Result<std::vector<uint8_t>> aligned_header(const ZipEntry& entry, std::span<const uint8_t> header,
                                            uint64_t header_offset) {
  const std::size_t name_end = kFixedHeaderSize + entry.name.size();
  const std::vector<uint8_t> kept = other_fields(header.subspan(name_end));
  const uint32_t multiple = wanted_multiple(entry);
  const uint64_t least_data_offset = header_offset + name_end + kept.size() + kAlignmentFieldSize;
  const uint64_t zeros = (multiple - least_data_offset % multiple) % multiple;
  const uint64_t extra_size = kept.size() + kAlignmentFieldSize + zeros;
  if (extra_size > kMaxExtra) {
    return verification_error("entry '" + entry.name + "'",
                              "has an extra field that leaves no room to align it");
  }
  LittleEndianWriter out;
  out.bytes(header.first(kExtraLengthOffset));
  out.u16(static_cast<uint16_t>(extra_size));
  out.bytes(as_bytes(entry.name));
  out.bytes(kept);
  out.u16(kAlignmentField);
  out.u16(static_cast<uint16_t>(2 + zeros));
  out.u16(static_cast<uint16_t>(multiple));
  out.zeros(zeros);
  return out.take();
}

}  // namespace hallmark
