// An entry's uncompressed bytes as a stream, in constant memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/zip.hpp"

struct z_stream_s;

namespace hallmark {

// Takes an entry's bytes, at most 64 KiB at a time; may stop the reading with an error.
using ZipEntrySink = std::function<Status(std::span<const uint8_t>)>;

// Reads entries one after the other with the same buffers. Not for two threads at once: each has
// its own.
class ZipEntryStream {
 public:
  explicit ZipEntryStream(const FileBytes& untrusted_file);  // must outlive the stream

  // Gives all bytes in order. Size and CRC are checked at the end, so what was given counts for
  // nothing unless this returns well: what does not decompress to its size and CRC is
  // ZIP_MALFORMED_ENTRY (kVerification). The sink never sees more than the entry's size: a bomb
  // ends where the central directory says that the entry does.
  Status read(const ZipEntry& untrusted_entry, const ZipEntrySink& sink);

 private:
  struct StreamDeleter {
    void operator()(z_stream_s* stream) const;
  };

  Status read_stored(const ZipEntry& entry, const ZipEntrySink& sink);
  Status read_deflated(const ZipEntry& entry, const ZipEntrySink& sink);

  const FileBytes& file_;
  std::vector<uint8_t> in_;
  std::vector<uint8_t> out_;
  std::unique_ptr<z_stream_s, StreamDeleter> inflater_;
};

// The same for one entry.
Status stream_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                        const ZipEntrySink& sink);

}  // namespace hallmark
