// The parts that lay_out_zip() is made of; internal to signer/apk.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/zip_layout.hpp"

namespace hallmark {

// ---- Alignment

// Whether the entry's data may stand at `data_offset` in the new archive.
bool is_aligned(const ZipEntry& entry, uint64_t data_offset);
// The entry's local header, its extra field changed so that the data that follows is aligned when
// the header stands at `header_offset`. Other fields of the extra field are kept.
Result<std::vector<uint8_t>> aligned_header(const ZipEntry& entry, std::span<const uint8_t> header,
                                            uint64_t header_offset);

// ---- New entries

struct EncodedZipEntry {
  std::vector<uint8_t> local;    // header, name and data
  std::vector<uint8_t> central;  // the directory's record
};
Result<EncodedZipEntry> encode_zip_entry(const NewZipEntry& entry, uint64_t header_offset);

}  // namespace hallmark
