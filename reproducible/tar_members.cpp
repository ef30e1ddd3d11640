#include "reproducible/tar_members.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/safe_path.hpp"
#include "core/utf8.hpp"
#include "process/isolated.hpp"
#include "reproducible/source_limits.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostTarMembers = 200'000;
constexpr uint64_t kMostTarContent = uint64_t{16} << 30U;  // bytes
constexpr std::chrono::minutes kJudgeTime{30};
constexpr const char* kGood = "good";

// Without "./" at the front and a slash at the end; empty: the archive's own top.
std::string plain_path(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path == "." ? std::string() : path;
}

// Does a link at `path` with this target stay among the archive's members?
bool stays_inside(const std::string& path, const std::string& target) {
  if (target.empty() || target.starts_with('/')) return false;
  int depth = 0;
  for (const char c : path) depth += c == '/' ? 1 : 0;
  for (std::size_t begin = 0; begin <= target.size();) {
    const std::size_t end = std::min(target.find('/', begin), target.size());
    const std::string_view part = std::string_view(target).substr(begin, end - begin);
    if (part == "..") {
      if (--depth < 0) return false;
    } else if (!part.empty() && part != ".") {
      ++depth;
    }
    begin = end + 1;
  }
  return true;
}

class TarJudge {
 public:
  explicit TarJudge(const std::string& subject) : subject_(subject) {}

  Status add(const TarMember& member) {
    const std::string path = plain_path(member.path);
    if (path.empty() && member.kind == TarMemberKind::kDirectory) return ok_status();
    if (const Result<SafePath> safe = SafePath::parse(path); !safe.ok()) {
      return refuse(member, safe.error().cause);
    }
    if (path.size() > kMaxSourcePath) return refuse(member, "has a path of more than 2048 bytes");
    HALLMARK_CHECK(check_kind(member, path));
    const auto [place, first] = kinds_.emplace(path, member.kind);
    const bool directories =
        member.kind == TarMemberKind::kDirectory && place->second == TarMemberKind::kDirectory;
    if (!first && !directories) return refuse(member, "comes twice");
    content_ += std::min(member.size, kMostTarContent + 1);
    if (content_ > kMostTarContent) return refuse(member, "makes it more than 16 GiB");
    if (kinds_.size() > kMostTarMembers) return refuse(member, "is one of too many members");
    return ok_status();
  }

  Status finish() const {
    if (kinds_.empty()) return verification_error(subject_, "is an archive without files");
    for (const auto& [path, kind] : kinds_) {
      for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
        const auto above = kinds_.find(path.substr(0, at));
        if (above == kinds_.end() || above->second == TarMemberKind::kDirectory) continue;
        return verification_error(subject_, "'" + printable(path) + "' lies below '" +
                                                printable(above->first) +
                                                "', which is no directory");
      }
    }
    return ok_status();
  }

 private:
  Status check_kind(const TarMember& member, const std::string& path) const {
    if (member.kind == TarMemberKind::kOther) return refuse(member, "is a device, pipe or socket");
    if (member.kind == TarMemberKind::kSymlink && !stays_inside(path, member.target)) {
      return refuse(
          member, "is a link that leads out of the archive, to '" + printable(member.target) + "'");
    }
    if (member.kind != TarMemberKind::kHardLink) return ok_status();
    const auto target = kinds_.find(plain_path(member.target));
    const bool is_file = target != kinds_.end() && (target->second == TarMemberKind::kFile ||
                                                    target->second == TarMemberKind::kHardLink);
    if (is_file) return ok_status();
    return refuse(member, "is a hard link to no file before it");
  }

  Error refuse(const TarMember& member, const std::string& why) const {
    return verification_error(subject_,
                              "its member '" + printable(member.path.substr(0, 200)) + "' " + why);
  }

  const std::string& subject_;
  std::map<std::string, TarMemberKind> kinds_;
  uint64_t content_ = 0;
};

TarMemberKind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return TarMemberKind::kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return TarMemberKind::kFile;
    case AE_IFDIR:
      return TarMemberKind::kDirectory;
    case AE_IFLNK:
      return TarMemberKind::kSymlink;
    default:
      return TarMemberKind::kOther;
  }
}

std::string or_empty(const char* text) { return text == nullptr ? "" : text; }

TarMember member_of(archive_entry* entry) {
  TarMember member;
  member.kind = kind_of(entry);
  // The first is null for a name that the locale cannot write, and this process has none.
  const char* path = archive_entry_pathname(entry);
  member.path = or_empty(path != nullptr ? path : archive_entry_pathname_utf8(entry));
  member.target = or_empty(member.kind == TarMemberKind::kHardLink ? archive_entry_hardlink(entry)
                                                                   : archive_entry_symlink(entry));
  const int64_t size = archive_entry_size(entry);
  member.size = size < 0 ? kMostTarContent + 1 : static_cast<uint64_t>(size);
  return member;
}

struct TarReaderDeleter {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using TarReader = std::unique_ptr<archive, TarReaderDeleter>;

}  // namespace

Status judge_tar_members(const std::vector<TarMember>& untrusted_members,
                         const std::string& subject) {
  TarJudge judge(subject);
  for (const TarMember& member : untrusted_members) HALLMARK_CHECK(judge.add(member));
  return judge.finish();
}

Status judge_tar_here(int archive, const std::string& subject) {
  const TarReader reader(archive_read_new());
  // Not "all" of libarchive's filters: some of those run other programs.
  for (const auto support : {archive_read_support_filter_gzip, archive_read_support_filter_xz,
                             archive_read_support_filter_zstd, archive_read_support_filter_bzip2,
                             archive_read_support_format_tar}) {
    support(reader.get());
  }
  TarJudge judge(subject);
  if (::lseek(archive, 0, SEEK_SET) != 0) return errno_error(subject, "cannot rewind");
  int code = archive_read_open_fd(reader.get(), archive, std::size_t{1} << 16U);
  archive_entry* entry = nullptr;
  while (code == ARCHIVE_OK || code == ARCHIVE_WARN) {
    code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) return judge.finish();
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN) HALLMARK_CHECK(judge.add(member_of(entry)));
  }
  return verification_error(
      subject, "is not a whole tar archive: " + or_empty(archive_error_string(reader.get())));
}

Status judge_tar(int archive, const std::string& subject) {
  const auto work = [&]() -> std::string {
    const Status verdict = judge_tar_here(archive, subject);
    return verdict.ok() ? kGood : verdict.error().cause;
  };
  const Result<std::string> said = run_isolated(work, {archive}, kJudgeTime);
  if (said.ok() && *said == kGood) return ok_status();
  if (!said.ok()) return verification_error(subject, "cannot be read: " + said.error().cause);
  return verification_error(subject, printable(*said));
}

}  // namespace hallmark
