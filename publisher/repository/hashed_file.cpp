#include "publisher/repository/hashed_file.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBuffer = std::size_t{256} << 10U;

}  // namespace

Result<HashedFile> HashedFile::make(Tree& tree) {
  HALLMARK_TRY(StagedFile staged, tree.stage_empty());
  return HashedFile(std::move(staged));
}

Status HashedFile::append(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBuffer ? ok_status() : flush();
}

Status HashedFile::flush() {
  hasher_.update(buffer_);
  size_ += buffer_.size();
  HALLMARK_CHECK(write_all(staged_.fd.get(), buffer_));
  buffer_.clear();
  return ok_status();
}

Result<ServedFile> HashedFile::finish(const std::string& path) {
  HALLMARK_CHECK(flush());
  return ServedFile{path, size_, hasher_.finish()};
}

}  // namespace hallmark
