// A strict reader of ZIP archives as APKs use them (PKWARE APPNOTE 6.3.x, without zip64).
//
// An archive is accepted only if it can be read in one way: every reader, whether it trusts the
// central directory or walks the local headers, sees the same entries with the same bytes. Android
// and its tools each check only some of this; the gaps between them were exploited (Master Key,
// Janus). Refusals are Errors of kind kVerification whose subject is one of the ZIP_… codes in
// verify/apk/report.hpp; errors of another kind are trouble with reading the file.
//
// Accepted: stored and deflated entries, data descriptors, UTF-8 names, an archive comment, gaps
// between entries (incremental packagers leave them, or fill them with entries without a name;
// signatures but v1 cover them).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {

struct ZipEntry {
  std::string name;  // directories end in '/'; otherwise a path that cannot escape
  uint16_t version_needed = 0;
  uint16_t flags = 0;
  uint16_t method = 0;  // 0 stored, 8 deflated
  uint16_t time = 0;
  uint16_t date = 0;
  uint32_t crc32 = 0;
  uint32_t compressed_size = 0;
  uint32_t size = 0;
  uint32_t header_offset = 0;  // of the local header
  uint64_t data_offset = 0;    // of the first byte of (compressed) data
  uint64_t end_offset = 0;     // of the first byte after data and data descriptor
};

struct ZipArchive {
  std::vector<ZipEntry> entries;  // in the order of the central directory
  uint64_t entries_end = 0;       // the first byte after the last entry
  uint64_t directory_offset = 0;
  uint64_t directory_size = 0;
  std::vector<uint8_t> end_record;  // with its comment; follows the directory, ends the file

  const ZipEntry* find(std::string_view name) const;
};

// Offset of the u32 in an end record that says where the central directory starts.
constexpr std::size_t kEndRecordDirectoryOffsetField = 16;

// A larger central directory is refused: 65,535 entries with names of 400 bytes. Real ones are
// below 10 MiB.
constexpr uint64_t kMaxZipDirectory = uint64_t{32} << 20U;

Result<ZipArchive> read_zip(const FileBytes& untrusted_file);

// The entry's uncompressed bytes, checked against its size and CRC; more than `limit` is refused.
Result<std::vector<uint8_t>> read_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                                            uint32_t limit);

// Refuses bytes other than zero in [archive.entries_end, end): whatever follows the entries must be
// padding. `end` is where the signing block or the central directory starts.
Status check_zip_padding(const FileBytes& untrusted_file, const ZipArchive& archive, uint64_t end);

}  // namespace hallmark
