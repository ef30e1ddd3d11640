#include "verify/deb_member.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10U;

struct Compression {
  std::string_view ending;
  int filter;  // libarchive's code, or ARCHIVE_FILTER_NONE
  int (*enable)(archive*);
};

constexpr std::array<Compression, 5> kCompressions{{
    {".gz", ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
    {".bz2", ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2},
    {".xz", ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
    {".zst", ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
    {"", ARCHIVE_FILTER_NONE, archive_read_support_filter_none},
}};

const Compression& compression_of(std::string_view name) {
  return *std::find_if(kCompressions.begin(), kCompressions.end(),
                       [&](const Compression& c) { return name.ends_with(c.ending); });
}

bool is_compressed_as(archive* reader, const Compression& compression) {
  const int expected_count = compression.filter == ARCHIVE_FILTER_NONE ? 1 : 2;
  return archive_filter_code(reader, 0) == compression.filter &&
         archive_filter_count(reader) == expected_count;
}

}  // namespace

struct DebMemberReader::Range {
  int fd = -1;
  uint64_t offset = 0;
  uint64_t left = 0;
  uint64_t size = 0;
  std::array<char, kBlock> buffer{};
};

void DebMemberReader::Closer::operator()(Range* range) const { delete range; }

la_ssize_t DebMemberReader::read_range(archive* reader, void* client_data, const void** buffer) {
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

Result<DebMemberReader> DebMemberReader::open(int fd, const DebMember& member, Form form,
                                              const std::string& subject) {
  const Compression& compression = compression_of(member.name);
  DebMemberReader out(
      std::unique_ptr<Range, Closer>(new Range{fd, member.offset, member.size, member.size, {}}),
      std::unique_ptr<archive, Closer>(archive_read_new()));
  archive* reader = out.handle();
  if (reader == nullptr) return failed(subject, "cannot be read: out of memory");
  compression.enable(reader);
  const Error wrong = verification_error(
      subject, member.name + (form == Form::kTar ? " is not the archive that its name says"
                                                 : " is not compressed as its name says"));
  if (form == Form::kTar) {
    archive_read_support_format_tar(reader);
  } else {
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
  }
  if (archive_read_open(reader, out.range_.get(), nullptr, read_range, nullptr) != ARCHIVE_OK) {
    return wrong;
  }
  archive_entry* entry = nullptr;
  if (form == Form::kBytes && archive_read_next_header(reader, &entry) != ARCHIVE_OK) return wrong;
  if (!is_compressed_as(reader, compression)) return wrong;
  return out;
}

bool DebMemberReader::at_end() const {
  return archive_filter_bytes(reader_.get(), -1) == static_cast<int64_t>(range_->size);
}

}  // namespace hallmark
