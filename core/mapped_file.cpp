#include "core/mapped_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

namespace hallmark {

Result<MappedFile> MappedFile::map(int fd, uint64_t limit, const std::string& subject) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error(subject, "cannot look at");
  if (!S_ISREG(info.st_mode)) return failed(subject, "is not a regular file");
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > limit) {
    return failed(subject, "is larger than the limit of " + std::to_string(limit) + " bytes");
  }
  if (size == 0) return MappedFile(nullptr, 0);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return errno_error(subject, "cannot map");
  return MappedFile(static_cast<const uint8_t*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}

}  // namespace hallmark
