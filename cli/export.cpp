#include "cli/export.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/fd.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kNoLimit = UINT64_MAX;

bool is_current(int source, const fs::path& copy) {
  struct stat ours {};
  struct stat theirs {};
  if (::fstat(source, &ours) != 0 || ::lstat(copy.c_str(), &theirs) != 0) return false;
  return S_ISREG(theirs.st_mode) && ours.st_size == theirs.st_size &&
         ours.st_mtim.tv_sec == theirs.st_mtim.tv_sec &&
         ours.st_mtim.tv_nsec == theirs.st_mtim.tv_nsec;
}

// The copy keeps the time of its original: that is how the next export knows it.
Status copy_file(int source, const fs::path& copy) {
  HALLMARK_CHECK(make_dirs(copy.parent_path(), 0755));
  HALLMARK_TRY(const UniqueFd folder, open_dir(copy.parent_path()));
  const std::string name = copy.filename();
  const std::string temporary = "." + name + ".new";
  ::unlinkat(folder.get(), temporary.c_str(), 0);
  HALLMARK_TRY(const UniqueFd out,
               open_at(folder.get(), temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  HALLMARK_TRY(const uint64_t size, copy_fd(source, out.get(), kNoLimit));
  static_cast<void>(size);
  struct stat info {};
  if (::fstat(source, &info) != 0) return errno_error(name, "cannot look at");
  const timespec times[2] = {info.st_mtim, info.st_mtim};
  if (::futimens(out.get(), times) != 0) return errno_error(name, "cannot set the time");
  if (::renameat(folder.get(), temporary.c_str(), folder.get(), name.c_str()) != 0) {
    return errno_error(copy, "cannot move into place");
  }
  return ok_status();
}

// Every regular file below the folder `below` of the tree, as paths in the tree. Only names are
// taken from here: what they lead to is decided when they are opened.
Result<std::vector<fs::path>> files_below(const fs::path& tree, const fs::path& below) {
  std::vector<fs::path> out;
  std::error_code failure;
  if (!fs::is_directory(fs::symlink_status(tree / below, failure))) return out;
  fs::recursive_directory_iterator entry(tree / below, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    std::error_code unreadable;
    if (fs::is_regular_file(entry->symlink_status(unreadable))) {
      out.push_back(entry->path().lexically_relative(tree));
    }
  }
  if (failure) return failed(tree / below, "cannot be read: " + failure.message());
  return out;
}

}  // namespace

Status export_folder(const TerminalRoot& root, const fs::path& below, const fs::path& folder,
                     const std::vector<std::string>& but_not, ExportCount& count) {
  HALLMARK_TRY(const std::vector<fs::path> files, files_below(root.layout().tree(), below));
  for (const fs::path& file : files) {
    const std::string name = file.filename();
    if (name.starts_with('.') || std::find(but_not.begin(), but_not.end(), name) != but_not.end()) {
      continue;
    }
    HALLMARK_TRY(const UniqueFd source,
                 root.open_of("hallmark-push", fs::path("push/tree") / file));
    if (is_current(source.get(), folder / file)) {
      ++count.unchanged;
      continue;
    }
    HALLMARK_CHECK(copy_file(source.get(), folder / file));
    ++count.copied;
  }
  return ok_status();
}

}  // namespace hallmark
