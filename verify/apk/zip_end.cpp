// The end-of-central-directory record (APPNOTE 4.3.16).
#include <algorithm>
#include <array>
#include <optional>

#include "verify/apk/little_endian.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::array<uint8_t, 4> kEndSignature = {'P', 'K', 5, 6};
constexpr std::array<uint8_t, 4> kZip64LocatorSignature = {'P', 'K', 6, 7};
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kCommentLengthField = 20;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::size_t kZip64LocatorSize = 20;

bool has_signature(std::span<const uint8_t> bytes, std::size_t at,
                   const std::array<uint8_t, 4>& signature) {
  return at + signature.size() <= bytes.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin() + static_cast<long>(at));
}

// Whether the record that starts at `at` has a comment that ends where the tail does.
bool ends_the_file(std::span<const uint8_t> tail, std::size_t at) {
  LittleEndianReader reader(tail.subspan(at));
  reader.bytes(kCommentLengthField);
  const uint16_t comment = reader.u16();
  return reader.ok() && reader.remaining() == comment;
}

// Where in the tail the end record starts. Readers differ in which one they take when there are
// several, so there may be only one; its comment may not even contain the signature.
Result<std::size_t> locate_record(std::span<const uint8_t> tail) {
  std::optional<std::size_t> found;
  bool signature_in_comment = false;
  for (std::size_t at = tail.size(); at-- > 0;) {
    if (!has_signature(tail, at, kEndSignature)) continue;
    if (!ends_the_file(tail, at)) {
      signature_in_comment = signature_in_comment || !found;
      continue;
    }
    if (found || signature_in_comment) {
      return zip_refusal("ZIP_AMBIGUOUS_END_RECORD", "there are two end records to choose from");
    }
    found = at;
  }
  if (!found) {
    return zip_refusal("ZIP_NO_END_RECORD",
                       "no end record ends at the end of the file: not an APK, cut short, or with "
                       "trailing data");
  }
  return *found;
}

Result<ZipEnd> parse_record(std::span<const uint8_t> record) {
  LittleEndianReader reader(record);
  reader.bytes(kEndSignature.size());
  const uint16_t disk = reader.u16();
  const uint16_t directory_disk = reader.u16();
  const uint16_t entries_on_disk = reader.u16();
  ZipEnd end;
  end.entry_count = reader.u16();
  end.directory_size = reader.u32();
  end.directory_offset = reader.u32();
  end.record.assign(record.begin(), record.end());
  if (end.directory_size == 0xffffffff || end.directory_offset == 0xffffffff) {
    return zip_refusal("ZIP_UNSUPPORTED", "zip64 archives are not APKs: Android refuses them");
  }
  if (disk != 0 || directory_disk != 0 || entries_on_disk != end.entry_count) {
    return zip_refusal("ZIP_UNSUPPORTED", "the archive claims to span several disks");
  }
  return end;
}

}  // namespace

Result<ZipEnd> find_zip_end(const FileBytes& untrusted_file) {
  const uint64_t tail_size =
      std::min<uint64_t>(untrusted_file.size(), kZip64LocatorSize + kEndSize + kMaxComment);
  if (tail_size < kEndSize) return zip_refusal("ZIP_NO_END_RECORD", "too short to be an APK");
  const uint64_t tail_offset = untrusted_file.size() - tail_size;
  HALLMARK_TRY(const std::vector<uint8_t> tail, untrusted_file.read(tail_offset, tail_size));

  HALLMARK_TRY(const std::size_t at, locate_record(tail));
  if (at >= kZip64LocatorSize &&
      has_signature(tail, at - kZip64LocatorSize, kZip64LocatorSignature)) {
    return zip_refusal("ZIP_UNSUPPORTED", "zip64 archives are not APKs: Android refuses them");
  }
  HALLMARK_TRY(ZipEnd end, parse_record(std::span(tail).subspan(at)));
  if (end.directory_offset + end.directory_size != tail_offset + at) {
    return zip_refusal("ZIP_DIRECTORY_MISPLACED",
                       "the central directory does not end where the end record starts");
  }
  return end;
}

}  // namespace hallmark
