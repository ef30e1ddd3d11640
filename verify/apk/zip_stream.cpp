#include "verify/apk/zip_stream.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16U;

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

// The uncompressed bytes on their way to the sink: counted, and their CRC taken.
class CheckedSink {
 public:
  CheckedSink(const ZipEntry& entry, const std::function<Status(std::span<const uint8_t>)>& sink)
      : entry_(entry), sink_(sink) {}

  Status put(std::span<const uint8_t> piece) {
    if (piece.size() > entry_.size - given_) return refusal();
    given_ += piece.size();
    crc_ = ::crc32_z(crc_, piece.data(), piece.size());
    return piece.empty() ? ok_status() : sink_(piece);
  }
  Status finish() const {
    return given_ == entry_.size && crc_ == entry_.crc32 ? ok_status() : refusal();
  }
  Status refusal() const {
    return zip_refusal("ZIP_MALFORMED_ENTRY", "entry '" + printable_name(entry_.name) +
                                                  "' does not decompress to its size and CRC");
  }

 private:
  const ZipEntry& entry_;
  const std::function<Status(std::span<const uint8_t>)>& sink_;
  uint64_t given_ = 0;
  unsigned long crc_ = ::crc32_z(0, nullptr, 0);
};

// The compressed bytes, in pieces.
template <typename Visit>
Status each_piece(const FileBytes& untrusted_file, const ZipEntry& entry, const Visit& visit) {
  std::vector<uint8_t> buffer(std::min<std::size_t>(kPiece, entry.compressed_size));
  for (uint64_t done = 0; done < entry.compressed_size;) {
    const auto piece =
        std::span(buffer).first(std::min<uint64_t>(buffer.size(), entry.compressed_size - done));
    HALLMARK_CHECK(untrusted_file.read_into(entry.data_offset + done, piece));
    HALLMARK_CHECK(visit(piece));
    done += piece.size();
  }
  return ok_status();
}

Status inflate_to(const FileBytes& untrusted_file, const ZipEntry& entry, CheckedSink& sink) {
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return failed("zlib", "cannot start");
  const std::unique_ptr<z_stream, InflateEnd> owner(&stream);
  std::vector<uint8_t> out(kPiece);
  int state = Z_OK;
  const auto inflate_piece = [&](std::span<uint8_t> piece) -> Status {
    if (state == Z_STREAM_END) return sink.refusal();
    stream.next_in = piece.data();
    stream.avail_in = static_cast<uInt>(piece.size());
    // Until all of the piece is used up, and zlib holds back no output.
    do {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      state = ::inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return sink.refusal();
      HALLMARK_CHECK(sink.put(std::span(out).first(out.size() - stream.avail_out)));
    } while (state != Z_STREAM_END && (stream.avail_in > 0 || stream.avail_out == 0));
    return stream.avail_in == 0 ? ok_status() : sink.refusal();
  };
  HALLMARK_CHECK(each_piece(untrusted_file, entry, inflate_piece));
  return state == Z_STREAM_END ? ok_status() : sink.refusal();
}

}  // namespace

Status stream_zip_entry(const FileBytes& untrusted_file, const ZipEntry& entry,
                        const std::function<Status(std::span<const uint8_t>)>& sink) {
  CheckedSink checked(entry, sink);
  if (entry.method == 0) {
    HALLMARK_CHECK(each_piece(untrusted_file, entry,
                              [&](std::span<uint8_t> piece) { return checked.put(piece); }));
  } else {
    HALLMARK_CHECK(inflate_to(untrusted_file, entry, checked));
  }
  return checked.finish();
}

}  // namespace hallmark
