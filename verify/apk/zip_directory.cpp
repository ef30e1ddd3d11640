// The central directory (APPNOTE 4.3.12).
#include <algorithm>

#include "core/bytes.hpp"
#include "core/safe_path.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kDirectorySignature = 0x02014b50;
// Deflate's effort (1, 2), a data descriptor (3), UTF-8 names (11). Encryption and the rest are not
// for APKs.
constexpr uint16_t kKnownFlags = 0x0002 | 0x0004 | 0x0008 | 0x0800;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;

Status check_name(const std::string& name) {
  std::string_view path = name;
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (!SafePath::parse(path).ok()) {
    return zip_refusal("ZIP_UNSAFE_NAME",
                       "entry '" + printable_name(name) + "' has an unsafe name");
  }
  return ok_status();
}

Status check_kind(const ZipEntry& entry) {
  const auto refuse = [&entry](const std::string& why) {
    return zip_refusal("ZIP_UNSUPPORTED", "entry '" + printable_name(entry.name) + "' " + why);
  };
  if (entry.compressed_size == 0xffffffff || entry.size == 0xffffffff ||
      entry.header_offset == 0xffffffff) {
    return refuse("needs zip64, which Android refuses");
  }
  if ((entry.flags & ~kKnownFlags) != 0) return refuse("is encrypted or has an unknown flag");
  if (entry.method != kStored && entry.method != kDeflated) {
    return refuse("is neither stored nor deflated");
  }
  if (entry.method == kStored && entry.compressed_size != entry.size) {
    return zip_refusal("ZIP_MALFORMED_DIRECTORY",
                       "entry '" + printable_name(entry.name) + "' is stored but has two sizes");
  }
  return ok_status();
}

Result<ZipEntry> read_record(LittleEndianReader& reader) {
  const uint32_t signature = reader.u32();
  reader.u16();  // version made by: says nothing about the entry's bytes
  ZipEntry entry;
  entry.version_needed = reader.u16();
  entry.flags = reader.u16();
  entry.method = reader.u16();
  entry.time = reader.u16();
  entry.date = reader.u16();
  entry.crc32 = reader.u32();
  entry.compressed_size = reader.u32();
  entry.size = reader.u32();
  const uint16_t name_length = reader.u16();
  const uint16_t extra_length = reader.u16();
  const uint16_t comment_length = reader.u16();
  const uint16_t disk = reader.u16();
  reader.bytes(6);  // internal and external attributes: Android uses neither
  entry.header_offset = reader.u32();
  entry.name = as_text(reader.bytes(name_length));
  reader.bytes(uint64_t{extra_length} + comment_length);
  if (!reader.ok() || signature != kDirectorySignature) {
    return zip_refusal("ZIP_MALFORMED_DIRECTORY", "a central directory record is malformed");
  }
  if (disk != 0) return zip_refusal("ZIP_UNSUPPORTED", "the archive claims to span several disks");
  return entry;
}

// Sorted, not hashed: names are others' choice, and could all have one hash.
Status check_duplicates(const std::vector<ZipEntry>& entries) {
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const ZipEntry& entry : entries) names.emplace_back(entry.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return ok_status();
  return zip_refusal("ZIP_DUPLICATE_NAME", "entry '" + printable_name(*twice) + "' is there twice");
}

}  // namespace

std::string printable_name(std::string_view untrusted_name) {
  std::string out(untrusted_name.substr(0, 100));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

Result<std::vector<ZipEntry>> read_zip_directory(const FileBytes& untrusted_file,
                                                 const ZipEnd& end) {
  if (end.directory_size > kMaxZipDirectory) {
    return zip_refusal("ZIP_MALFORMED_DIRECTORY", "the central directory is larger than 32 MiB");
  }
  HALLMARK_TRY(const std::vector<uint8_t> directory,
               untrusted_file.read(end.directory_offset, end.directory_size));
  LittleEndianReader reader(directory);
  std::vector<ZipEntry> entries;
  while (reader.remaining() > 0) {
    HALLMARK_TRY(ZipEntry entry, read_record(reader));
    HALLMARK_CHECK(check_name(entry.name));
    HALLMARK_CHECK(check_kind(entry));
    entries.push_back(std::move(entry));
  }
  if (entries.size() != end.entry_count || entries.empty()) {
    return zip_refusal("ZIP_MALFORMED_DIRECTORY",
                       "the number of entries is not what the end record says, or is 0");
  }
  HALLMARK_CHECK(check_duplicates(entries));
  return entries;
}

}  // namespace hallmark
