#include "verify/deb_archive.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

namespace hallmark {
namespace {

constexpr std::string_view kMagic = "!<arch>\n";
constexpr std::string_view kHeaderEnd = "`\n";
constexpr std::string_view kFormatVersion = "2.0\n";
constexpr std::size_t kHeaderSize = 60;
constexpr std::size_t kIgnoredMemberLimit = 16;

Result<std::string> read_at(int fd, uint64_t offset, std::size_t size, const std::string& subject) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error(subject, "cannot read");
    if (n == 0) return verification_error(subject, "ends in the middle of an ar header");
    done += static_cast<std::size_t>(n);
  }
  return bytes;
}

std::string_view without_padding(std::string_view field) {
  const std::size_t last = field.find_last_not_of(' ');
  return field.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool is_number(std::string_view text, char highest_digit) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return c >= '0' && c <= highest_digit; });
}

// The header: name 16, mtime 12, uid 6, gid 6, mode 8 (octal), size 10, end 2; text, padded with
// blanks on the right.
std::optional<DebMember> read_header(std::string_view untrusted_header) {
  const auto field = [&](std::size_t at, std::size_t size) {
    return without_padding(untrusted_header.substr(at, size));
  };
  const std::string_view size = field(48, 10);
  if (untrusted_header.substr(58) != kHeaderEnd || size.empty() || !is_number(size, '9')) return {};
  for (const std::string_view decimal : {field(16, 12), field(28, 6), field(34, 6)}) {
    if (!is_number(decimal, '9')) return {};
  }
  if (!is_number(field(40, 8), '7')) return {};
  std::string_view name = field(0, 16);
  if (name.ends_with('/')) name.remove_suffix(1);
  const bool printable = std::all_of(name.begin(), name.end(),
                                     [](char c) { return c > ' ' && c < '\x7f' && c != '/'; });
  if (name.empty() || !printable) return {};
  return DebMember{std::string(name), 0, std::stoull(std::string(size))};  // at most ten digits
}

class Walk {
 public:
  Walk(int fd, uint64_t file_size, const std::string& subject)
      : fd_(fd), file_size_(file_size), subject_(subject) {}

  Status begin() {
    if (file_size_ < kMagic.size()) return refuse("is not an ar archive");
    HALLMARK_TRY(const std::string magic, read_at(fd_, 0, kMagic.size(), subject_));
    if (magic != kMagic) return refuse("is not an ar archive");
    offset_ = kMagic.size();
    return ok_status();
  }

  // The next member that is not to be ignored; nothing at the end of the file.
  Result<std::optional<DebMember>> next() {
    while (offset_ < file_size_) {
      HALLMARK_TRY(DebMember member, take_member());
      if (!member.name.starts_with('_')) return std::optional<DebMember>(std::move(member));
      if (++ignored_ > kIgnoredMemberLimit) return refuse("has too many members");
    }
    return std::optional<DebMember>();
  }

  Error refuse(std::string cause) const { return verification_error(subject_, std::move(cause)); }

 private:
  Result<DebMember> take_member() {
    HALLMARK_TRY(const std::string header, read_at(fd_, offset_, kHeaderSize, subject_));
    std::optional<DebMember> member = read_header(header);
    if (!member) return refuse("has a malformed ar header");
    member->offset = offset_ + kHeaderSize;
    if (member->size > file_size_ - member->offset) {
      return refuse("is shorter than its member " + member->name);
    }
    offset_ = member->offset + member->size;
    if (member->size % 2 != 0) HALLMARK_CHECK(skip_padding());
    return std::move(*member);
  }

  Status skip_padding() {
    HALLMARK_TRY(const std::string padding, read_at(fd_, offset_, 1, subject_));
    if (padding.front() != '\n') return refuse("has malformed ar padding");
    ++offset_;
    return ok_status();
  }

  int fd_;
  uint64_t file_size_;
  const std::string& subject_;
  uint64_t offset_ = 0;
  std::size_t ignored_ = 0;
};

Result<DebMember> expect(Walk& walk, const std::string& name,
                         std::initializer_list<std::string_view> endings) {
  HALLMARK_TRY(std::optional<DebMember> member, walk.next());
  if (!member) return walk.refuse("has no member " + name);
  for (const std::string_view ending : endings) {
    if (member->name == name + std::string(ending)) return std::move(*member);
  }
  return walk.refuse("has a member " + member->name + " where " + name + " must be");
}

}  // namespace

Result<DebArchive> read_deb_archive(int fd, uint64_t file_size, const std::string& subject) {
  Walk walk(fd, file_size, subject);
  HALLMARK_CHECK(walk.begin());
  HALLMARK_TRY(const DebMember format, expect(walk, "debian-binary", {""}));
  if (format.offset != kMagic.size() + kHeaderSize) {
    return walk.refuse("does not begin with debian-binary");
  }
  if (format.size != kFormatVersion.size()) return walk.refuse("is not of .deb format 2.0");
  HALLMARK_TRY(const std::string version,
               read_at(fd, format.offset, kFormatVersion.size(), subject));
  if (version != kFormatVersion) return walk.refuse("is not of .deb format 2.0");

  DebArchive archive;
  HALLMARK_TRY(archive.control, expect(walk, "control.tar", {"", ".gz", ".xz", ".zst"}));
  HALLMARK_TRY(archive.data, expect(walk, "data.tar", {"", ".gz", ".xz", ".zst", ".bz2"}));
  HALLMARK_TRY(const std::optional<DebMember> extra, walk.next());
  if (extra) return walk.refuse("has a member too many: " + extra->name);
  return archive;
}

}  // namespace hallmark
