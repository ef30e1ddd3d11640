#include "verify/apk/zip_stream.hpp"

#include <zlib.h>

#include <algorithm>

#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 16U;

Error malformed(const ZipEntry& entry, const char* why) {
  return zip_refusal("ZIP_MALFORMED_ENTRY", "entry '" + printable_name(entry.name) + "' " + why);
}

}  // namespace

void ZipEntryStream::StreamDeleter::operator()(z_stream_s* stream) const {
  static_cast<void>(::inflateEnd(stream));
  delete stream;
}

ZipEntryStream::ZipEntryStream(const FileBytes& untrusted_file)
    : file_(untrusted_file), in_(kBufferSize), out_(kBufferSize) {}

Status ZipEntryStream::read(const ZipEntry& untrusted_entry, const ZipEntrySink& sink) {
  uLong crc = ::crc32_z(0, nullptr, 0);
  const ZipEntrySink checked = [&](std::span<const uint8_t> bytes) {
    crc = ::crc32_z(crc, bytes.data(), bytes.size());
    return sink(bytes);
  };
  HALLMARK_CHECK(untrusted_entry.method == 0 ? read_stored(untrusted_entry, checked)
                                             : read_deflated(untrusted_entry, checked));
  if (crc != untrusted_entry.crc32) return malformed(untrusted_entry, "does not have its CRC");
  return ok_status();
}

Status ZipEntryStream::read_stored(const ZipEntry& entry, const ZipEntrySink& sink) {
  for (uint64_t done = 0; done < entry.size;) {
    const auto part = std::span(in_).first(std::min<uint64_t>(in_.size(), entry.size - done));
    HALLMARK_CHECK(file_.read_into(entry.data_offset + done, part));
    HALLMARK_CHECK(sink(part));
    done += part.size();
  }
  return ok_status();
}

Status ZipEntryStream::read_deflated(const ZipEntry& entry, const ZipEntrySink& sink) {
  if (!inflater_) {
    auto stream = std::make_unique<z_stream>();
    if (::inflateInit2(stream.get(), -MAX_WBITS) != Z_OK) return failed("inflate", "cannot start");
    inflater_.reset(stream.release());
  } else if (::inflateReset(inflater_.get()) != Z_OK) {
    return failed("inflate", "cannot start again");
  }
  z_stream& stream = *inflater_;
  stream.avail_in = 0;
  uint64_t taken = 0;  // of the compressed bytes
  uint64_t given = 0;
  for (int outcome = Z_OK; outcome != Z_STREAM_END;) {
    if (stream.avail_in == 0 && taken < entry.compressed_size) {
      const auto part =
          std::span(in_).first(std::min<uint64_t>(in_.size(), entry.compressed_size - taken));
      HALLMARK_CHECK(file_.read_into(entry.data_offset + taken, part));
      taken += part.size();
      stream.next_in = in_.data();
      stream.avail_in = static_cast<uInt>(part.size());
    }
    stream.next_out = out_.data();
    stream.avail_out = static_cast<uInt>(out_.size());
    outcome = ::inflate(&stream, Z_NO_FLUSH);
    const auto bytes = std::span(out_).first(out_.size() - stream.avail_out);
    given += bytes.size();
    const bool is_going_on = outcome == Z_OK || outcome == Z_STREAM_END;
    if (!is_going_on || given > entry.size) return malformed(entry, "is not what its size says");
    if (!bytes.empty()) HALLMARK_CHECK(sink(bytes));
  }
  if (given != entry.size || stream.avail_in != 0 || taken != entry.compressed_size) {
    return malformed(entry, "does not decompress to its size");
  }
  return ok_status();
}

Status stream_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                        const ZipEntrySink& sink) {
  return ZipEntryStream(untrusted_file).read(entry, sink);
}

}  // namespace hallmark
