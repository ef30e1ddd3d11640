#include "cli/new_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace hallmark {
namespace {

std::string folder_of(const std::string& path) {
  return std::filesystem::absolute(path).parent_path();
}

// Whoever owns the folder may have put something else there.
Status is_still(const std::string& path, int fd) {
  struct stat ours {};
  struct stat there {};
  if (::fstat(fd, &ours) == 0 && ::lstat(path.c_str(), &there) == 0 &&
      ours.st_ino == there.st_ino && ours.st_dev == there.st_dev && ours.st_nlink == 1) {
    return ok_status();
  }
  return failed(path, "is not the file that was written", "somebody else writes to its folder");
}

Status give_name(const std::string& path) {
  const std::string partial = partial_name(path);
  if (::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    return ok_status();
  }
  // File systems of some media cannot promise it.
  if (errno != EINVAL) return errno_error(path, "cannot be given its name");
  HALLMARK_CHECK(check_name_is_free(path));
  if (::rename(partial.c_str(), path.c_str()) == 0) return ok_status();
  return errno_error(path, "cannot be given its name");
}

}  // namespace

std::string partial_name(const std::string& path) { return path + ".partial"; }

Status check_name_is_free(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) {
    return failed(path, "exists already", "it is never written over: choose another name");
  }
  const std::string folder = folder_of(path);
  if (::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return ok_status();
  return failed(path, "cannot be made: " + folder + " is no folder");
}

NewFiles::~NewFiles() {
  for (const File& file : files_) {
    ::unlink(file.named ? file.path.c_str() : partial_name(file.path).c_str());
  }
}

Result<int> NewFiles::make(const std::string& path) {
  HALLMARK_CHECK(check_name_is_free(path));
  const std::string partial = partial_name(path);
  ::unlink(partial.c_str());
  HALLMARK_TRY(UniqueFd fd,
               open_at(AT_FDCWD, partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  files_.push_back({path, std::move(fd)});
  return files_.back().fd.get();
}

Status NewFiles::finish() {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    HALLMARK_CHECK(sync_fd(file->fd.get(), file->path));
    HALLMARK_CHECK(is_still(partial_name(file->path), file->fd.get()));
    HALLMARK_CHECK(give_name(file->path));
    file->named = true;
    HALLMARK_CHECK(is_still(file->path, file->fd.get()));
    const std::string folder = folder_of(file->path);
    HALLMARK_TRY(const UniqueFd fd, open_dir(folder));
    HALLMARK_CHECK(sync_fd(fd.get(), folder));
  }
  return ok_status();
}

}  // namespace hallmark
