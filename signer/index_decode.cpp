// index_check.hpp: compressed forms, by libarchive.
#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "core/fd.hpp"
#include "signer/index_check.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16U;

struct ArchiveDeleter {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchivePtr = std::unique_ptr<archive, ArchiveDeleter>;

Result<ArchivePtr> open_compressed(int fd, const std::string& name) {
  ArchivePtr reader(archive_read_new());
  if (!reader) return failed(name, "cannot be read: no memory");
  const int filter = name.ends_with(".gz") ? archive_read_support_filter_gzip(reader.get())
                                           : archive_read_support_filter_xz(reader.get());
  if (filter != ARCHIVE_OK || archive_read_support_format_raw(reader.get()) != ARCHIVE_OK ||
      archive_read_support_format_empty(reader.get()) != ARCHIVE_OK) {
    return failed(name, "cannot be read: libarchive lacks its compression");
  }
  if (::lseek(fd, 0, SEEK_SET) != 0 ||
      archive_read_open_fd(reader.get(), fd, kBlock) != ARCHIVE_OK) {
    return verification_error(name, "cannot be decompressed");
  }
  return reader;
}

Result<std::size_t> read_plain(int fd, std::span<char> buffer, uint64_t offset) {
  std::size_t used = 0;
  while (used < buffer.size()) {
    const ssize_t n =
        ::pread(fd, buffer.data() + used, buffer.size() - used, static_cast<off_t>(offset + used));
    if (n < 0) return errno_error("index", "cannot read");
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
  }
  return used;
}

// Next decompressed bytes; 0 at the end.
Result<std::size_t> read_decoded(archive* reader, std::span<char> buffer, const std::string& name) {
  const la_ssize_t n = archive_read_data(reader, buffer.data(), buffer.size());
  if (n < 0) return verification_error(name, "cannot be decompressed");
  return static_cast<std::size_t>(n);
}

}  // namespace

Status check_compressed_form(int untrusted_fd, int plain_fd, const std::string& name) {
  HALLMARK_TRY(const ArchivePtr reader, open_compressed(untrusted_fd, name));
  archive_entry* entry = nullptr;
  const int header = archive_read_next_header(reader.get(), &entry);
  if (header != ARCHIVE_OK && header != ARCHIVE_EOF) {
    return verification_error(name, "cannot be decompressed");
  }
  // libarchive takes data that no filter recognises as it is; that would be another form.
  if (header == ARCHIVE_OK && archive_filter_count(reader.get()) < 2) {
    return verification_error(name, "is not compressed as its name says");
  }
  const Error differs = verification_error(name, "does not decompress to the plain index");
  std::array<char, kBlock> decoded{};
  std::array<char, kBlock> plain{};
  uint64_t offset = 0;
  for (;;) {
    std::size_t size = 0;
    if (header == ARCHIVE_OK) {
      HALLMARK_TRY(size, read_decoded(reader.get(), decoded, name));
    }
    const std::size_t wanted = size == 0 ? 1 : size;
    HALLMARK_TRY(const std::size_t there,
                 read_plain(plain_fd, std::span(plain).first(wanted), offset));
    if (there != size ||
        !std::equal(decoded.begin(), decoded.begin() + static_cast<long>(size), plain.begin())) {
      return differs;
    }
    if (size == 0) return ok_status();
    offset += size;
  }
}

}  // namespace hallmark
