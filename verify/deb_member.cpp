#include "verify/deb_member.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "verify/first_stream.hpp"
#include "verify/xz_decoder.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10U;

struct Compression {
  std::string_view ending;
  int filter;  // libarchive's code, or ARCHIVE_FILTER_NONE where it need not decompress
  int (*enable)(archive*);
};

constexpr std::string_view kXz = ".xz";
constexpr std::array<Compression, 5> kCompressions{{
    {".gz", ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
    {".bz2", ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2},
    {kXz, ARCHIVE_FILTER_NONE, archive_read_support_filter_none},
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

// Without what follows a first stream, where dpkg reads that alone. Of gzip it reads all members.
MemberRange what_dpkg_reads(MemberRange range, const Compression& compression) {
  if (compression.filter == ARCHIVE_FILTER_BZIP2) range.left = first_bzip2_stream(range);
  if (compression.filter == ARCHIVE_FILTER_ZSTD) range.left = first_zstd_frame(range);
  return range;
}

}  // namespace

struct DebMemberReader::Source {
  MemberRange range;
  std::unique_ptr<XzDecoder> xz;  // null: libarchive decompresses
  uint64_t size = 0;              // of the member
  std::array<uint8_t, kBlock> buffer{};
};

void DebMemberReader::Closer::operator()(Source* source) const { delete source; }

la_ssize_t DebMemberReader::read_source(archive* reader, void* client_data, const void** buffer) {
  auto* source = static_cast<Source*>(client_data);
  *buffer = source->buffer.data();
  const ssize_t n =
      source->xz ? source->xz->read(source->buffer) : source->range.read(source->buffer);
  if (n < 0) archive_set_error(reader, EIO, "cannot read");
  return n;
}

Result<DebMemberReader> DebMemberReader::open(int fd, const DebMember& member, Form form,
                                              const std::string& subject) {
  const Compression& compression = compression_of(member.name);
  const MemberRange whole{fd, member.offset, member.size};
  DebMemberReader out(std::unique_ptr<Source, Closer>(new Source{
                          what_dpkg_reads(whole, compression), nullptr, member.size, {}}),
                      std::unique_ptr<archive, Closer>(archive_read_new()));
  archive* reader = out.handle();
  if (reader == nullptr) return failed(subject, "cannot be read: out of memory");
  if (compression.ending == kXz) out.source_->xz = std::make_unique<XzDecoder>(whole);
  compression.enable(reader);
  if (form == Form::kTar) {
    archive_read_support_format_tar(reader);
  } else {
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
  }
  archive_entry* entry = nullptr;
  const bool opened =
      archive_read_open(reader, out.source_.get(), nullptr, read_source, nullptr) == ARCHIVE_OK &&
      (form == Form::kTar || archive_read_next_header(reader, &entry) == ARCHIVE_OK);
  if (opened && is_compressed_as(reader, compression)) return out;
  if (out.needs_too_much_memory()) {
    return verification_error(subject, member.name + " " + out.why_undecodable());
  }
  return verification_error(
      subject, member.name + (form == Form::kTar ? " is not the archive that its name says"
                                                 : " is not compressed as its name says"));
}

bool DebMemberReader::needs_too_much_memory() const {
  return source_->xz && source_->xz->needs_too_much_memory();
}

const char* DebMemberReader::why_undecodable() const {
  return needs_too_much_memory() ? "needs more than 128 MiB of memory to be decompressed"
                                 : "cannot be decompressed";
}

bool DebMemberReader::at_end() const {
  if (source_->xz) return source_->xz->at_end();
  return archive_filter_bytes(reader_.get(), -1) == static_cast<int64_t>(source_->size);
}

}  // namespace hallmark
