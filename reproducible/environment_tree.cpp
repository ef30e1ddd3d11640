#include "reproducible/environment_tree.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <unordered_set>

#include "core/fd.hpp"
#include "reproducible/archive_reader.hpp"
#include "reproducible/environment_unpack.hpp"

namespace hallmark {
namespace {

// What tar leaves of a mode for an ordinary user: no set-id bits, and our umask taken off.
constexpr mode_t kKeptMode = 0755;
constexpr std::size_t kTarBlock = std::size_t{1} << 20U;

// "./usr/bin/" is usr/bin; the root is the empty text.
std::string plain_path(const char* path) {
  std::string_view text(path != nullptr ? path : "");
  while (text.starts_with("./")) text.remove_prefix(2);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text == "." ? "" : std::string(text);
}

bool is_left_out(const std::string& path) { return path == "dev" || path.starts_with("dev/"); }

class TreeCheck {
 public:
  TreeCheck(int tar, int root, const std::string& folder)
      : reader_(archive_read_new()), tar_(tar), root_(root), folder_(folder) {}

  Status run() {
    HALLMARK_CHECK(open_tar());
    archive_entry* entry = nullptr;
    for (;;) {
      const int code = archive_read_next_header(reader_.get(), &entry);
      if (code == ARCHIVE_EOF) break;
      if (code != ARCHIVE_OK) return unreadable();
      const std::string path = plain_path(archive_entry_pathname(entry));
      if (is_left_out(path)) continue;
      HALLMARK_CHECK(check_member(entry, path));
      seen_.insert(path);
    }
    HALLMARK_CHECK(check_mount_points());
    return check_nothing_else();
  }

 private:
  Status open_tar() {
    if (::lseek(tar_, 0, SEEK_SET) != 0) return errno_error("build environment", "cannot rewind");
    archive_read_support_format_tar(reader_.get());
    if (archive_read_open_fd(reader_.get(), tar_, kTarBlock) != ARCHIVE_OK) return unreadable();
    return ok_status();
  }

  Status check_member(archive_entry* entry, const std::string& path) {
    struct stat found {};
    if (::fstatat(root_, path.c_str(), &found, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0) {
      return differs(path, "is missing");
    }
    if (const char* other = archive_entry_hardlink(entry); other != nullptr) {
      return check_hard_link(path, found, plain_path(other));
    }
    if ((found.st_mode & S_IFMT) != archive_entry_filetype(entry)) {
      return differs(path, "is of another kind");
    }
    if (found.st_mtim.tv_sec != archive_entry_mtime(entry) ||
        found.st_mtim.tv_nsec != archive_entry_mtime_nsec(entry)) {
      return differs(path, "has another time");
    }
    if (S_ISLNK(found.st_mode)) return check_link(path, archive_entry_symlink(entry));
    if ((found.st_mode & 07777U) != (archive_entry_perm(entry) & kKeptMode)) {
      return differs(path, "has other permissions");
    }
    if (S_ISREG(found.st_mode)) return check_content(path, archive_entry_size(entry));
    return S_ISDIR(found.st_mode) ? ok_status() : differs(path, "is neither file nor folder");
  }

  Status check_hard_link(const std::string& path, const struct stat& found,
                         const std::string& other) const {
    struct stat first {};
    const bool same = ::fstatat(root_, other.c_str(), &first, AT_SYMLINK_NOFOLLOW) == 0 &&
                      first.st_dev == found.st_dev && first.st_ino == found.st_ino;
    return same && seen_.count(other) == 1 ? ok_status() : differs(path, "is not " + other);
  }

  Status check_link(const std::string& path, const char* target) const {
    std::array<char, 4096> text{};
    const ssize_t size = ::readlinkat(root_, path.c_str(), text.data(), text.size());
    const bool same = size >= 0 && target != nullptr &&
                      std::string_view(text.data(), static_cast<std::size_t>(size)) == target;
    return same ? ok_status() : differs(path, "leads elsewhere");
  }

  Status check_content(const std::string& path, int64_t size) {
    HALLMARK_TRY(const UniqueFd file, open_at(root_, path, O_RDONLY | O_NOFOLLOW));
    int64_t at = 0;
    for (;;) {
      const void* wanted = nullptr;
      std::size_t length = 0;
      la_int64_t offset = 0;
      const int code = archive_read_data_block(reader_.get(), &wanted, &length, &offset);
      if (code == ARCHIVE_EOF) break;
      if (code != ARCHIVE_OK) return unreadable();
      // A sparse member has holes: unpacking gives the same bytes, but this does not compare them.
      if (offset != at) return differs(path, "is sparse in the tar file");
      if (!has_bytes(file.get(), at, wanted, length)) return differs(path, "has other bytes");
      at += static_cast<int64_t>(length);
    }
    char more = 0;
    const bool whole = at == size && ::pread(file.get(), &more, 1, at) == 0;
    return whole ? ok_status() : differs(path, "has another size");
  }

  bool has_bytes(int file, int64_t at, const void* wanted, std::size_t length) {
    const char* rest = static_cast<const char*>(wanted);
    while (length > 0) {
      const std::size_t piece = std::min(length, buffer_.size());
      if (::pread(file, buffer_.data(), piece, at) != static_cast<ssize_t>(piece) ||
          std::memcmp(buffer_.data(), rest, piece) != 0) {
        return false;
      }
      rest += piece;
      at += static_cast<int64_t>(piece);
      length -= piece;
    }
    return true;
  }

  // Those that unpacking had to make are empty.
  Status check_mount_points() {
    for (const char* name : kMountPointsInEtc) {
      const std::string path = std::string("etc/") + name;
      if (seen_.count(path) == 1) continue;
      struct stat found {};
      if (::fstatat(root_, path.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0 ||
          !S_ISREG(found.st_mode) || found.st_size != 0) {
        return differs(path, "is not an empty file");
      }
      seen_.insert(path);
    }
    return ok_status();
  }

  // All that was seen is there, so there is more only if there are more.
  Status check_nothing_else() const {
    namespace fs = std::filesystem;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder_, error), end; !error && it != end;
         it.increment(error)) {
      const std::string path = it->path().string().substr(folder_.size() + 1);
      if (seen_.count(path) == 0) return differs(path, "is not in the tar file");
    }
    if (error) return failed(folder_, "cannot be listed: " + error.message());
    return ok_status();
  }

  Error unreadable() const {
    const char* text = archive_error_string(reader_.get());
    return failed("build environment", text != nullptr ? text : "the tar file cannot be read");
  }

  Error differs(const std::string& path, const std::string& how) const {
    return verification_error(path.empty() ? folder_ : folder_ + "/" + path, how);
  }

  ArchiveReader reader_;
  int tar_;
  int root_;
  std::string folder_;
  std::unordered_set<std::string> seen_;
  std::array<char, 65536> buffer_{};
};

}  // namespace

Status check_environment_tree(int tar, const std::string& folder) {
  HALLMARK_TRY(const UniqueFd root, open_at(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  return TreeCheck(tar, root.get(), folder).run();
}

}  // namespace hallmark
