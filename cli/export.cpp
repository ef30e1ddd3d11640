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

}  // namespace

Status export_folder(const fs::path& tree, const fs::path& below, const fs::path& folder,
                     const std::vector<std::string>& but_not, ExportCount& count) {
  std::error_code failure;
  if (!fs::exists(tree / below, failure)) return ok_status();
  for (const auto& entry : fs::recursive_directory_iterator(tree / below, failure)) {
    const std::string name = entry.path().filename();
    const bool wanted = entry.is_regular_file() && !name.starts_with('.') &&
                        std::find(but_not.begin(), but_not.end(), name) == but_not.end();
    if (!wanted) continue;
    HALLMARK_TRY(const UniqueFd source, open_at(AT_FDCWD, entry.path(), O_RDONLY | O_NOFOLLOW));
    const fs::path copy = folder / fs::relative(entry.path(), tree);
    if (is_current(source.get(), copy)) {
      ++count.unchanged;
      continue;
    }
    HALLMARK_CHECK(copy_file(source.get(), copy));
    ++count.copied;
  }
  if (failure) return failed(tree / below, "cannot be read: " + failure.message());
  return ok_status();
}

}  // namespace hallmark
