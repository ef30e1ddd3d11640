// Rewriting a ZIP without a copy of it: entries left out, entries added, data aligned.
//
// What is not changed keeps its bytes: entries with their extra fields, data descriptors and the
// gaps before them, the directory's records, the archive comment. A signing block and the padding
// before it are left out; other padding after the last entry is kept. The outcome depends on the
// input and the changes alone.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/byte_source.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// Written deflated, with the oldest time stamp that ZIP knows: 1980-01-01 00:00.
struct NewZipEntry {
  std::string name;
  std::vector<uint8_t> content;
};

struct ZipChanges {
  std::set<std::string> drop;    // entries left out (old signatures); names that are not there too
  std::vector<NewZipEntry> add;  // after the last entry
  // Data of stored entries starts at a multiple of 4, that of stored lib/**.so at one of 16384, by
  // an extra field 0xd935. Only what is misaligned is changed, and a .so that was at a multiple of
  // 4096 may stay at one. Where an entry was aligned to 16384, it still is after a move.
  bool align = true;
};

// The ZIP as it will be, as parts of the input and new bytes.
struct ZipLayout {
  std::vector<ByteSource> entries;  // in order, from offset 0 up to the directory
  uint64_t entries_size = 0;        // their total
  uint64_t unchanged = 0;           // so many of the first bytes are the input's
  std::vector<uint8_t> directory;
  std::vector<uint8_t> end_record;  // says that the directory starts at entries_size
};

// `file` must outlive the layout. Refused (kVerification): whatever read_signing_block() refuses,
// an added name that is there already, a result that is empty, needs zip64, or has a directory that
// read_zip() would not take.
Result<ZipLayout> lay_out_zip(const FileBytes& file, const ZipArchive& archive, ZipChanges changes);

// The end record of a ZIP whose directory starts somewhere else than the record says.
Result<std::vector<uint8_t>> end_record_at(std::vector<uint8_t> record, uint64_t directory_offset);

// Copies the source to the descriptor's current offset, in pieces of 1 MiB.
Status write_source(const ByteSource& source, int out_fd);

}  // namespace hallmark
