#include "reproducible/archive_walk.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/digest.hpp"
#include "reproducible/archive_reader.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxMembers = 200'000;
constexpr uint64_t kMaxContent = uint64_t{8} << 30U;
constexpr std::size_t kMaxShownPath = 400;
constexpr std::size_t kMaxKept = std::size_t{4} << 20U;  // bytes of one member

Error unreadable(archive* reader) {
  const char* text = archive_error_string(reader);
  return failed("archive", text != nullptr ? text : "cannot be read");
}

std::string shown(const char* untrusted_path) {
  std::string out(untrusted_path != nullptr ? untrusted_path : "?");
  if (out.size() > kMaxShownPath) out.resize(kMaxShownPath);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  return out;
}

// The data of an outer archive's member, as the source of another reader.
struct MemberSource {
  archive* outer = nullptr;
  std::array<char, 65536> buffer{};
};

la_ssize_t read_member(archive* reader, void* data, const void** bytes) {
  auto* source = static_cast<MemberSource*>(data);
  *bytes = source->buffer.data();
  const la_ssize_t n =
      archive_read_data(source->outer, source->buffer.data(), source->buffer.size());
  if (n >= 0) return n;
  archive_set_error(reader, EIO, "cannot be read");
  return ARCHIVE_FATAL;
}

// Not "all" of libarchive's filters: some of those run other programs.
ArchiveReader make_reader() {
  ArchiveReader reader(archive_read_new());
  for (const auto support : {archive_read_support_filter_gzip, archive_read_support_filter_xz,
                             archive_read_support_filter_zstd, archive_read_support_filter_bzip2,
                             archive_read_support_format_tar}) {
    support(reader.get());
  }
  return reader;
}

// As it is, or what gzip made it of.
std::string unpacked(const std::string& content) {
  const ArchiveReader reader(archive_read_new());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  if (archive_read_open_memory(reader.get(), content.data(), content.size()) != ARCHIVE_OK ||
      archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK ||
      archive_filter_code(reader.get(), 0) != ARCHIVE_FILTER_GZIP) {
    return content;
  }
  std::string out(kMaxKept, '\0');
  const la_ssize_t n = archive_read_data(reader.get(), out.data(), out.size());
  if (n < 0) return content;
  out.resize(static_cast<std::size_t>(n));
  return out;
}

class Walk {
 public:
  // `kept`: the path of the member whose content is kept; empty: of none.
  explicit Walk(std::string kept = "") : kept_(std::move(kept)) {}

  // `prefix` goes before each path.
  Status walk(archive* reader, const std::string& prefix) {
    archive_entry* entry = nullptr;
    for (;;) {
      const int code = archive_read_next_header(reader, &entry);
      if (code == ARCHIVE_EOF) return ok_status();
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return unreadable(reader);
      if (members_.size() == kMaxMembers) return failed("archive", "has too many members");
      HALLMARK_CHECK(take(reader, entry, prefix));
    }
  }

  std::vector<ArchiveMember> members() && { return std::move(members_); }
  MemberContent content() && { return std::move(kept_content_); }

 private:
  Status take(archive* reader, archive_entry* entry, const std::string& prefix) {
    const std::string name = shown(archive_entry_pathname(entry));
    const bool in_ar = (archive_format(reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_AR;
    const bool is_tar = name.starts_with("data.tar") || name.starts_with("control.tar");
    if (in_ar && is_tar) return walk_inner(reader, name + ": ");
    const bool keep = !kept_.empty() && !found_ && prefix + name == kept_;
    found_ = found_ || keep;
    HALLMARK_TRY(const Sha256Digest digest, digest_member(reader, entry, keep));
    members_.push_back({prefix + name, digest});
    return ok_status();
  }

  Status walk_inner(archive* outer, const std::string& prefix) {
    const ArchiveReader inner = make_reader();
    MemberSource source{outer, {}};
    if (archive_read_open(inner.get(), &source, nullptr, read_member, nullptr) != ARCHIVE_OK) {
      return unreadable(inner.get());
    }
    return walk(inner.get(), prefix);
  }

  Result<Sha256Digest> digest_member(archive* reader, archive_entry* entry, bool keep) {
    Sha256Hasher hasher;
    const char* link = archive_entry_symlink(entry);
    const char* hard_link = archive_entry_hardlink(entry);
    const std::array<int64_t, 6> numbers = {
        archive_entry_mode(entry),  archive_entry_uid(entry),  archive_entry_gid(entry),
        archive_entry_mtime(entry), archive_entry_size(entry), archive_entry_mtime_nsec(entry)};
    for (const int64_t number : numbers) hasher.update(std::to_string(number) + " ");
    for (const char* text : {link, hard_link}) {
      hasher.update(std::string_view(text != nullptr ? text : ""));
      hasher.update(std::string_view("\0", 1));
    }
    std::array<char, 65536> buffer{};
    for (;;) {
      const la_ssize_t n = archive_read_data(reader, buffer.data(), buffer.size());
      if (n < 0) return unreadable(reader);
      if (n == 0) return hasher.finish();
      content_ += static_cast<uint64_t>(n);
      if (content_ > kMaxContent) return failed("archive", "unpacks to too many bytes");
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
      hasher.update(bytes);
      if (keep) keep_some(bytes);
    }
  }

  void keep_some(std::string_view bytes) {
    const std::string_view room = bytes.substr(0, kMaxKept - kept_content_.bytes.size());
    kept_content_.bytes += room;
    kept_content_.whole = kept_content_.whole && room.size() == bytes.size();
  }

  std::string kept_;
  bool found_ = false;
  MemberContent kept_content_;
  std::vector<ArchiveMember> members_;
  uint64_t content_ = 0;
};

Status walk_whole(int fd, Walk& walk) {
  const ArchiveReader reader = make_reader();
  archive_read_support_format_ar(reader.get());
  archive_read_support_format_zip(reader.get());
  if (::lseek(fd, 0, SEEK_SET) != 0) return errno_error("archive", "cannot rewind");
  if (archive_read_open_fd(reader.get(), fd, std::size_t{1} << 16U) != ARCHIVE_OK) {
    return unreadable(reader.get());
  }
  return walk.walk(reader.get(), "");
}

}  // namespace

Result<std::vector<ArchiveMember>> walk_archive(int fd) {
  Walk walk;
  HALLMARK_CHECK(walk_whole(fd, walk));
  return std::move(walk).members();
}

Result<MemberContent> read_archive_member(int fd, const std::string& path) {
  Walk walk(path);
  HALLMARK_CHECK(walk_whole(fd, walk));
  MemberContent out = std::move(walk).content();
  out.unpacked = unpacked(out.bytes);
  return out;
}

}  // namespace hallmark
