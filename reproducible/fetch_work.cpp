#include "reproducible/fetch_work.hpp"

#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace hallmark {
namespace {

void remove_tree(const std::string& path) {
  std::error_code ignored;  // what stays is found again by the next request
  std::filesystem::remove_all(path, ignored);
}

}  // namespace

Result<WorkFolder> WorkFolder::open(const std::string& fetch_folder) {
  HALLMARK_TRY(UniqueFd lock,
               open_at(AT_FDCWD, fetch_folder + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error(fetch_folder, "cannot lock");
  }
  const std::string path = fetch_folder + "/work";
  remove_tree(path);
  HALLMARK_CHECK(make_dirs(path, 0700));
  return WorkFolder(path, std::move(lock));
}

WorkFolder::~WorkFolder() {
  if (lock_) remove_tree(path_);
}

Result<std::string> WorkFolder::make(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  HALLMARK_CHECK(make_dirs(path, 0700));
  return path;
}

}  // namespace hallmark
