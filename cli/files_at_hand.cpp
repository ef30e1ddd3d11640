#include "cli/files_at_hand.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "core/digest.hpp"

namespace hallmark {

namespace fs = std::filesystem;

Result<FilesAtHand> FilesAtHand::in(const std::string& folder) {
  FilesAtHand out;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (!entry->is_regular_file() || entry->is_symlink()) continue;
    out.by_size_.emplace(entry->file_size(failure), entry->path());
  }
  if (!failure) return out;
  return failed(folder, "cannot be read: " + failure.message(), "--from takes a folder of files");
}

Result<UniqueFd> FilesAtHand::find(const Sha256Digest& sha256, uint64_t size) const {
  const auto [first, last] = by_size_.equal_range(size);
  for (auto file = first; file != last; ++file) {
    HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, file->second, O_RDONLY | O_NOFOLLOW));
    HALLMARK_TRY(const FileDigest digest, digest_fd(fd.get()));
    if (digest.sha256 != sha256) continue;
    if (::lseek(fd.get(), 0, SEEK_SET) != 0) return errno_error(file->second, "cannot read");
    return fd;
  }
  return UniqueFd();
}

}  // namespace hallmark
