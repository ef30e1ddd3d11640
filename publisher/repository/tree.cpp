#include "publisher/repository/tree.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>

namespace hallmark {
namespace {

constexpr uint64_t kMaxFileSize = uint64_t{32} << 30U;  // bytes
// From this many files on, one flush of the file system is cheaper than one for each file.
constexpr std::size_t kManyFiles = 16;

struct DirCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// "a/b/c" gives "a/b", "a" and "".
void add_parents(std::string path, std::set<std::string>& folders) {
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
    if (!folders.insert(path).second) return;
  }
}

}  // namespace

Result<Tree> Tree::open(const Layout& layout) {
  const std::string incoming_path = layout.push() / "incoming";
  HALLMARK_CHECK(make_dirs(layout.tree(), 0755));
  HALLMARK_CHECK(make_dirs(incoming_path, 0700));
  HALLMARK_TRY(UniqueFd root, open_dir(layout.tree()));
  HALLMARK_TRY(UniqueFd incoming, open_dir(incoming_path));
  return Tree(std::move(root), std::move(incoming), layout.tree());
}

Status Tree::clear_incoming() {
  HALLMARK_TRY(UniqueFd listing, open_at(incoming_.get(), ".", O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, DirCloser> directory(::fdopendir(listing.get()));
  if (!directory) return errno_error("incoming", "cannot list");
  static_cast<void>(listing.release());  // the stream closes it
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (::unlinkat(incoming_.get(), name.c_str(), 0) != 0) {
      return errno_error("incoming/" + name, "cannot remove");
    }
  }
  return ok_status();
}

std::string Tree::next_name() {
  return std::to_string(::getpid()) + "-" + std::to_string(++staged_count_);
}

Result<StagedFile> Tree::stage_empty() {
  StagedFile staged;
  staged.name = next_name();
  HALLMARK_TRY(staged.fd,
               open_at(incoming_.get(), staged.name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  return staged;
}

Result<StagedFile> Tree::stage_copy(int untrusted_fd, const std::string& subject) {
  HALLMARK_TRY(StagedFile staged, stage_empty());
  Result<uint64_t> copied = copy_fd(untrusted_fd, staged.fd.get(), kMaxFileSize);
  if (!copied.ok()) return failed(subject, copied.error().message());
  return staged;
}

Result<StagedFile> Tree::stage_text(std::string_view bytes) {
  HALLMARK_TRY(StagedFile staged, stage_empty());
  HALLMARK_CHECK(write_all(staged.fd.get(), bytes));
  return staged;
}

Result<StagedFile> Tree::stage_link(const StagedFile& original) {
  StagedFile staged;
  staged.name = next_name();
  if (::linkat(incoming_.get(), original.name.c_str(), incoming_.get(), staged.name.c_str(), 0) !=
      0) {
    return errno_error(original.name, "cannot link");
  }
  return finish_staging(std::move(staged));
}

Result<StagedFile> Tree::stage_link(const std::string& path_in_tree) {
  StagedFile staged;
  staged.name = next_name();
  if (::linkat(root_.get(), path_in_tree.c_str(), incoming_.get(), staged.name.c_str(), 0) != 0) {
    return errno_error(path_in_tree, "cannot link");
  }
  return finish_staging(std::move(staged));
}

Result<StagedFile> Tree::finish_staging(StagedFile staged) {
  HALLMARK_TRY(staged.fd, open_at(incoming_.get(), staged.name, O_RDONLY | O_NOFOLLOW));
  return staged;
}

Status Tree::place(std::span<const Placement> placements) {
  if (placements.empty()) return ok_status();
  HALLMARK_CHECK(flush_contents(placements));
  HALLMARK_CHECK(move_into_place(placements));
  return flush_folders(placements);
}

Status Tree::place_unrecorded(std::span<const Placement> placements) {
  if (placements.size() < kManyFiles) return place(placements);
  HALLMARK_CHECK(move_into_place(placements));
  return flush_folders(placements);
}

Status Tree::move_into_place(std::span<const Placement> placements) {
  std::set<std::string> made;
  for (const Placement& placement : placements) {
    const std::string folder = placement.path.substr(0, placement.path.rfind('/'));
    if (made.insert(folder).second) {
      HALLMARK_CHECK(make_dirs(root_path_ + "/" + folder, 0755));
    }
    if (::renameat(incoming_.get(), placement.staged.name.c_str(), root_.get(),
                   placement.path.c_str()) != 0) {
      return errno_error(placement.path, "cannot move into place");
    }
  }
  return ok_status();
}

Status Tree::remove(std::span<const std::string> paths) {
  for (const std::string& path : paths) {
    if (::unlinkat(root_.get(), path.c_str(), 0) != 0 && errno != ENOENT) {
      return errno_error(path, "cannot be removed");
    }
  }
  remove_empty_folders(paths);
  return ok_status();
}

void Tree::remove_empty_folders(std::span<const std::string> paths) const {
  std::set<std::string> folders;
  for (const std::string& path : paths) add_parents(path, folders);
  folders.erase("");
  // What is in a folder comes after it.
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    static_cast<void>(::unlinkat(root_.get(), folder->c_str(), AT_REMOVEDIR));
  }
}

Result<std::vector<TreeFile>> Tree::list() const {
  namespace fs = std::filesystem;
  std::vector<TreeFile> out;
  for (const char* part : {"apk", "changelogs", "dists", "pool"}) {
    const fs::path folder = fs::path(root_path_) / part;
    std::error_code failure;
    if (!fs::exists(folder, failure)) continue;
    fs::recursive_directory_iterator entry(folder, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      const std::string path = entry->path().lexically_relative(root_path_);
      struct stat info {};
      if (::fstatat(root_.get(), path.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno_error(path, "cannot be looked at");
      }
      if (S_ISDIR(info.st_mode)) continue;
      out.push_back({path, static_cast<uint64_t>(info.st_size)});
    }
    if (failure) return failed(folder, "cannot be read: " + failure.message());
  }
  std::sort(out.begin(), out.end(),
            [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  return out;
}

Status Tree::flush_contents(std::span<const Placement> placements) const {
  if (placements.size() >= kManyFiles) {
    if (::syncfs(incoming_.get()) != 0) return errno_error("incoming", "cannot flush to disk");
    return ok_status();
  }
  for (const Placement& placement : placements) {
    HALLMARK_CHECK(sync_fd(placement.staged.fd.get(), placement.path));
  }
  return ok_status();
}

Status Tree::flush_folders(std::span<const Placement> placements) const {
  if (placements.size() >= kManyFiles) {
    if (::syncfs(root_.get()) != 0) return errno_error("tree", "cannot flush to disk");
    return ok_status();
  }
  std::set<std::string> folders;
  for (const Placement& placement : placements) add_parents(placement.path, folders);
  for (const std::string& folder : folders) {
    HALLMARK_TRY(const UniqueFd fd,
                 open_at(root_.get(), folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY));
    HALLMARK_CHECK(sync_fd(fd.get(), folder));
  }
  return ok_status();
}

bool Tree::holds(const ServedFile& file) const {
  struct stat info {};
  return ::fstatat(root_.get(), file.path.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(info.st_mode) && static_cast<uint64_t>(info.st_size) == file.size;
}

bool Tree::same_file(const std::string& path, const std::string& other) const {
  struct stat a {};
  struct stat b {};
  return ::fstatat(root_.get(), path.c_str(), &a, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstatat(root_.get(), other.c_str(), &b, AT_SYMLINK_NOFOLLOW) == 0 &&
         a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

Result<UniqueFd> Tree::open_file(const std::string& path) const {
  return open_at(root_.get(), path, O_RDONLY | O_NOFOLLOW);
}

}  // namespace hallmark
