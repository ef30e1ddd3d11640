#include "verify/deb_contents.hpp"

#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/digest.hpp"
#include "verify/deb_control.hpp"
#include "verify/deb_member.hpp"
#include "verify/installed_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostEntries = 500000;
constexpr uint64_t kMostBytes = uint64_t{16} << 30U;
constexpr std::size_t kBlock = std::size_t{64} << 10U;

std::string owner_of(archive_entry* entry) {
  const auto named = [](const char* name, la_int64_t number) {
    return name == nullptr || *name == '\0' ? std::to_string(number) : std::string(name);
  };
  return named(archive_entry_uname(entry), archive_entry_uid(entry)) + "/" +
         named(archive_entry_gname(entry), archive_entry_gid(entry));
}

class DataReader {
 public:
  DataReader(archive* reader, const std::string& subject) : reader_(reader), subject_(subject) {}

  Result<std::map<std::string, DebFile>> read_all() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(reader_, &entry);
      if (status == ARCHIVE_EOF) return std::move(files_);
      if (status != ARCHIVE_OK) return refuse("cannot be read to its end");
      HALLMARK_CHECK(take(entry));
    }
  }

 private:
  Error refuse(const char* cause) const { return verification_error(subject_, cause); }

  Status take(archive_entry* entry) {
    if (files_.size() >= kMostEntries) return refuse("has too many files");
    HALLMARK_TRY(std::string path, read_path(archive_entry_pathname(entry)));
    DebFile file;
    file.mode = archive_entry_mode(entry);
    file.owner = owner_of(entry);
    HALLMARK_CHECK(read_target(entry, file));
    if (S_ISREG(file.mode) && !file.hard_link) HALLMARK_CHECK(digest(file));
    if (!files_.emplace(std::move(path), std::move(file)).second) {
      return refuse("has a path twice");
    }
    return ok_status();
  }

  Status check_text(const char* untrusted_text) const {
    // Null: libarchive cannot say it in this locale.
    if (untrusted_text == nullptr) return refuse("has a path that cannot be read");
    const std::string_view text = untrusted_text;
    if (text.size() > kLongestInstalledPath) return refuse("has too long a path");
    if (has_control_character(text)) return refuse("has a path with a control character");
    return ok_status();
  }

  Result<std::string> read_path(const char* untrusted_text) const {
    HALLMARK_CHECK(check_text(untrusted_text));
    std::optional<std::string> path = installed_path(untrusted_text);
    if (!path) return refuse("has a path with '..'");
    return std::move(*path);
  }

  Status read_target(archive_entry* entry, DebFile& file) const {
    const char* hard_link = archive_entry_hardlink(entry);
    file.hard_link = hard_link != nullptr || (file.mode & S_IFMT) == 0;
    if (file.hard_link) {
      HALLMARK_TRY(file.target, read_path(hard_link));
      file.mode = S_IFREG | (file.mode & 07777U);
    } else if (S_ISLNK(file.mode)) {
      const char* target = archive_entry_symlink(entry);
      HALLMARK_CHECK(check_text(target));
      file.target = target;
    }
    return ok_status();
  }

  Status digest(DebFile& file) {
    Sha256Hasher hasher;
    std::array<uint8_t, kBlock> block{};
    for (;;) {
      const la_ssize_t n = archive_read_data(reader_, block.data(), block.size());
      if (n < 0) return refuse("cannot be read to its end");
      if (n == 0) break;
      file.size += static_cast<uint64_t>(n);
      bytes_ += static_cast<uint64_t>(n);
      if (bytes_ > kMostBytes) return refuse("unpacks to more than the limit");
      hasher.update(std::span(block.data(), static_cast<std::size_t>(n)));
    }
    file.sha256 = hasher.finish();
    return ok_status();
  }

  archive* reader_;
  std::string subject_;
  std::map<std::string, DebFile> files_;
  uint64_t bytes_ = 0;
};

}  // namespace

Result<DebContents> read_deb_contents(int untrusted_fd, const std::string& subject) {
  DebContents out;
  HALLMARK_TRY(out.package, read_deb(untrusted_fd, subject));
  HALLMARK_TRY(const DebArchive parts, read_deb_archive(untrusted_fd, out.package.size, subject));
  HALLMARK_TRY(out.control_files, read_deb_control_files(untrusted_fd, parts.control, subject));
  out.control_files.erase("control");
  HALLMARK_TRY(
      const DebMemberReader reader,
      DebMemberReader::open(untrusted_fd, parts.data, DebMemberReader::Form::kTar, subject));
  DataReader data(reader.handle(), subject + ": " + parts.data.name);
  HALLMARK_TRY(out.files, data.read_all());
  return out;
}

}  // namespace hallmark
