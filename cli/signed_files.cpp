#include "cli/signed_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/parallel.hpp"

namespace hallmark {
namespace {

// A new file in a folder, without its final name until it is whole.
class NewFile {
 public:
  static Result<NewFile> create(int folder, const std::string& name) {
    const std::string temporary = "." + name + ".new";
    ::unlinkat(folder, temporary.c_str(), 0);
    HALLMARK_TRY(UniqueFd fd,
                 open_at(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
    return NewFile(folder, name, temporary, std::move(fd));
  }
  NewFile(NewFile&& other) noexcept
      : folder_(other.folder_),
        name_(std::move(other.name_)),
        temporary_(std::move(other.temporary_)),
        fd_(std::move(other.fd_)) {
    other.temporary_.clear();
  }
  NewFile& operator=(NewFile&&) = delete;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!temporary_.empty()) ::unlinkat(folder_, temporary_.c_str(), 0);
  }

  int fd() const { return fd_.get(); }

  Status flush() const { return sync_fd(fd_.get(), name_); }

  // What was flushed gets its name.
  Status place() {
    if (::renameat(folder_, temporary_.c_str(), folder_, name_.c_str()) != 0) {
      return errno_error(name_, "cannot move into place");
    }
    temporary_.clear();
    return ok_status();
  }

 private:
  NewFile(int folder, std::string name, std::string temporary, UniqueFd fd)
      : folder_(folder),
        name_(std::move(name)),
        temporary_(std::move(temporary)),
        fd_(std::move(fd)) {}

  int folder_;  // borrowed
  std::string name_;
  std::string temporary_;  // empty: placed
  UniqueFd fd_;
};

Status remove_file(int folder, const std::string& name) {
  if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return ok_status();
  return errno_error(name, "cannot remove");
}

// Both at once, so that the disk's journal is written once.
Status flush_pair(const NewFile& apk, const NewFile* idsig) {
  if (idsig == nullptr) return apk.flush();
  return do_both([&apk] { return apk.flush(); }, [idsig] { return idsig->flush(); });
}

// At no moment is an APK beside the .idsig of another, or without the one that it should have: of
// an older pair the part goes first that would be wrong beside what comes.
Status place_pair(int folder, const std::string& name, NewFile& apk, NewFile* idsig) {
  HALLMARK_CHECK(flush_pair(apk, idsig));
  HALLMARK_CHECK(remove_file(folder, idsig == nullptr ? idsig_name(name) : name));
  if (idsig != nullptr) HALLMARK_CHECK(idsig->place());
  return apk.place();
}

}  // namespace

std::string idsig_name(const std::string& apk_name) { return apk_name + ".idsig"; }

Status check_output_name(int folder, const std::string& name) {
  if (name.empty() || name == "." || name == "..") {
    return usage_error("output '" + name + "'", "is not the name of a file");
  }
  struct stat info {};
  if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? ok_status() : Status(errno_error(name, "cannot look at"));
  }
  if (S_ISREG(info.st_mode)) return ok_status();
  return usage_error("output '" + name + "'", "is there already, and not a regular file");
}

Result<Json> sign_into_folder(TerminalRoot& root, const Json& request, int input_fd,
                              const std::string& folder_path, const std::string& name) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(folder_path));
  HALLMARK_CHECK(check_output_name(folder.get(), name));
  HALLMARK_CHECK(check_output_name(folder.get(), idsig_name(name)));
  HALLMARK_TRY(NewFile apk, NewFile::create(folder.get(), name));
  HALLMARK_TRY(NewFile idsig, NewFile::create(folder.get(), idsig_name(name)));
  const std::vector<int> fds = {input_fd, apk.fd(), idsig.fd()};
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", request, fds));
  HALLMARK_CHECK(
      place_pair(folder.get(), name, apk, answer.body.contains("idsig") ? &idsig : nullptr));
  HALLMARK_CHECK(sync_fd(folder.get(), folder_path));
  return answer.body;
}

}  // namespace hallmark
