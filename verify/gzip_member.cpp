#include "verify/gzip_member.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace hallmark {
namespace {

constexpr int kWindowAndGzip = 15 + 16;

struct DeflateStream {
  z_stream raw{};
  ~DeflateStream() { deflateEnd(&raw); }
};

struct InflateStream {
  z_stream raw{};
  ~InflateStream() { inflateEnd(&raw); }
};

}  // namespace

Result<std::string> gzip_member(std::string_view bytes, int level) {
  constexpr int kMemoryLevel = 9;
  if (bytes.size() > std::numeric_limits<uInt>::max()) return failed("index", "is too large");
  DeflateStream stream;
  if (deflateInit2(&stream.raw, level, Z_DEFLATED, kWindowAndGzip, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return failed("gzip", "cannot start");
  }
  std::string out(deflateBound(&stream.raw, bytes.size()), '\0');
  stream.raw.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // not written to
  stream.raw.avail_in = static_cast<uInt>(bytes.size());
  stream.raw.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.raw.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream.raw, Z_FINISH) != Z_STREAM_END) return failed("gzip", "cannot compress");
  out.resize(stream.raw.total_out);
  return out;
}

Result<std::string> take_gzip_member(std::string_view& untrusted_form, std::size_t limit,
                                     const std::string& subject) {
  constexpr std::size_t kStep = std::size_t{256} << 10U;
  const Error malformed = verification_error(subject, "is no whole gzip member");
  InflateStream stream;
  if (inflateInit2(&stream.raw, kWindowAndGzip) != Z_OK) return failed(subject, "cannot be read");
  const std::size_t most =
      std::min<std::size_t>(untrusted_form.size(), std::numeric_limits<uInt>::max());
  stream.raw.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(untrusted_form.data()));
  stream.raw.avail_in = static_cast<uInt>(most);
  std::string out;
  for (int code = Z_OK; code != Z_STREAM_END;) {
    const std::size_t have = out.size();
    out.resize(have + kStep);
    stream.raw.next_out = reinterpret_cast<Bytef*>(out.data() + have);
    stream.raw.avail_out = static_cast<uInt>(kStep);
    code = inflate(&stream.raw, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END) return malformed;
    out.resize(out.size() - stream.raw.avail_out);
    if (out.size() > limit) return verification_error(subject, "unpacks to more than the limit");
  }
  untrusted_form.remove_prefix(most - stream.raw.avail_in);
  return out;
}

}  // namespace hallmark
