#include "reproducible/quarantine.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/digest.hpp"

namespace hallmark {
namespace {

Error missing(const PinnedFile& file) {
  return failed(file.label, "is not in quarantine", "run 'hallmark fetch' first");
}

Error changed(const PinnedFile& file, const std::string& path) {
  return verification_error(file.label,
                            "was changed in quarantine: its sha256 is not the pinned one",
                            "find out how, remove " + path + ", and fetch again");
}

}  // namespace

std::string Quarantine::path_of(const Sha256Digest& sha256) const {
  const std::string hex = sha256.hex();
  return folder_ + "/sha256/" + hex.substr(0, 2) + "/" + hex;
}

Result<UniqueFd> Quarantine::open(const PinnedFile& file) const {
  const std::string path = path_of(file.sha256);
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return missing(file);
  HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  HALLMARK_TRY(const FileDigest digest, digest_fd(fd.get()));
  if (digest.sha256 != file.sha256 || digest.size != file.size) return changed(file, path);
  return fd;
}

Result<bool> Quarantine::holds(const PinnedFile& file) const {
  if (::access(path_of(file.sha256).c_str(), F_OK) != 0 && errno == ENOENT) return false;
  HALLMARK_TRY(const UniqueFd fd, open(file));
  return true;
}

Result<std::string> Quarantine::read(const PinnedFile& file, uint64_t limit) const {
  const std::string path = path_of(file.sha256);
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return missing(file);
  HALLMARK_TRY(const UniqueFd fd, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  HALLMARK_TRY(std::string bytes, read_all(fd.get(), limit, file.label));
  if (bytes.size() != file.size || sha256(bytes) != file.sha256) return changed(file, path);
  return bytes;
}

Status Quarantine::admit(const UniqueFd& checked, const std::string& path,
                         const Sha256Digest& sha256) const {
  const std::string final_path = path_of(sha256);
  const std::string folder = final_path.substr(0, final_path.rfind('/'));
  HALLMARK_CHECK(make_dirs(folder, 0755));
  if (::fchmod(checked.get(), 0644) != 0) return errno_error(path, "cannot set mode");
  HALLMARK_CHECK(sync_fd(checked.get(), path));
  if (::rename(path.c_str(), final_path.c_str()) != 0) {
    return errno_error(final_path, "cannot move into place");
  }
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder));
  return sync_fd(directory.get(), folder);
}

Status Quarantine::admit_bytes(std::string_view bytes) const {
  const std::string path = path_of(sha256(bytes));
  const std::size_t slash = path.rfind('/');
  HALLMARK_CHECK(make_dirs(path.substr(0, slash), 0755));
  HALLMARK_TRY(const UniqueFd directory, open_dir(path.substr(0, slash)));
  return write_file_atomic(directory.get(), path.substr(slash + 1), bytes, 0644);
}

}  // namespace hallmark
