// An entry's uncompressed bytes, without holding them in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/result.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// Gives `sink` the entry's bytes in order, in pieces of at most 64 KiB; the sink may stop with an
// error. Size and CRC are checked at the end, so what was given counts for nothing unless this
// returns well. Never gives more than entry.size bytes: a bomb is bounded by what the directory
// says. What does not decompress to its size and CRC is ZIP_MALFORMED_ENTRY (kVerification).
Status stream_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                        const std::function<Status(std::span<const uint8_t>)>& sink);

}  // namespace hallmark
