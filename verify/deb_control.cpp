#include "verify/deb_control.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "verify/deb_tar.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kCompressedLimit = uint64_t{16} << 20U;
constexpr uint64_t kTarLimit = uint64_t{64} << 20U;
constexpr std::size_t kBlock = std::size_t{64} << 10U;

struct ReaderCloser {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, ReaderCloser>;

// One member of the file, as libarchive reads it.
struct Range {
  int fd = -1;
  uint64_t offset = 0;
  uint64_t left = 0;
  std::array<char, kBlock> buffer{};
};

la_ssize_t read_range(archive* reader, void* client_data, const void** buffer) {
  auto* range = static_cast<Range*>(client_data);
  const auto wanted = static_cast<std::size_t>(std::min<uint64_t>(range->left, kBlock));
  *buffer = range->buffer.data();
  if (wanted == 0) return 0;
  ssize_t n = -1;
  do {
    n = ::pread(range->fd, range->buffer.data(), wanted, static_cast<off_t>(range->offset));
  } while (n < 0 && errno == EINTR);
  if (n <= 0) {
    archive_set_error(reader, n < 0 ? errno : EIO, "cannot read");
    return -1;
  }
  range->offset += static_cast<uint64_t>(n);
  range->left -= static_cast<uint64_t>(n);
  return n;
}

struct Compression {
  std::string_view ending;
  int filter;  // libarchive's code, or ARCHIVE_FILTER_NONE
  int (*enable)(archive*);
};

constexpr std::array<Compression, 4> kCompressions{{
    {".gz", ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
    {".xz", ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
    {".zst", ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
    {"", ARCHIVE_FILTER_NONE, archive_read_support_filter_none},
}};

const Compression& compression_of(std::string_view name) {
  return *std::find_if(kCompressions.begin(), kCompressions.end(),
                       [&](const Compression& c) { return name.ends_with(c.ending); });
}

// A reader positioned at the bytes of the one "file" that a raw, compressed stream is. Only the
// compression that the member's name promises, and only once.
Result<Reader> open_stream(Range& range, const DebMember& member, const std::string& subject) {
  const Compression& compression = compression_of(member.name);
  Reader reader(archive_read_new());
  if (!reader) return failed(subject, "cannot be read: out of memory");
  compression.enable(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_read_support_format_empty(reader.get());
  archive_entry* entry = nullptr;
  const bool opened =
      archive_read_open(reader.get(), &range, nullptr, read_range, nullptr) == ARCHIVE_OK &&
      archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK;
  const int expected_count = compression.filter == ARCHIVE_FILTER_NONE ? 1 : 2;
  if (!opened || archive_filter_code(reader.get(), 0) != compression.filter ||
      archive_filter_count(reader.get()) != expected_count) {
    return verification_error(subject, member.name + " is not compressed as its name says");
  }
  return reader;
}

Result<std::string> decompress(int fd, const DebMember& member, const std::string& subject) {
  if (member.size > kCompressedLimit) {
    return verification_error(subject, member.name + " is larger than the limit");
  }
  const auto range = std::make_unique<Range>(Range{fd, member.offset, member.size, {}});
  HALLMARK_TRY(const Reader reader, open_stream(*range, member, subject));
  std::string tar;
  std::array<char, kBlock> block{};
  for (;;) {
    const la_ssize_t n = archive_read_data(reader.get(), block.data(), block.size());
    if (n < 0) return verification_error(subject, member.name + " cannot be decompressed");
    if (n == 0) break;
    tar.append(block.data(), static_cast<std::size_t>(n));
    if (tar.size() > kTarLimit) {
      return verification_error(subject, member.name + " unpacks to more than the limit");
    }
  }
  // What follows the compressed data is skipped by some decompressors and read by others.
  if (archive_filter_bytes(reader.get(), -1) != static_cast<int64_t>(member.size)) {
    return verification_error(subject, member.name + " has bytes after its end");
  }
  return tar;
}

}  // namespace

Result<std::string> read_deb_control(int fd, const DebMember& member, const std::string& subject) {
  HALLMARK_TRY(const std::string tar, decompress(fd, member, subject));
  return find_control_in_tar(tar, subject + ": " + member.name);
}

}  // namespace hallmark
