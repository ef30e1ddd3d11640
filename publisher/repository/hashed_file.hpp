// A file that is hashed while it is staged.
#pragma once

#include <string>
#include <string_view>

#include "core/digest.hpp"
#include "publisher/repository/tree.hpp"

namespace hallmark {

class HashedFile {
 public:
  static Result<HashedFile> make(Tree& tree);

  Status append(std::string_view bytes);
  // Writes out what is left; the file under its name in the tree.
  Result<ServedFile> finish(const std::string& path);
  // After finish().
  StagedFile& staged() { return staged_; }

 private:
  explicit HashedFile(StagedFile staged) : staged_(std::move(staged)) {}
  Status flush();

  StagedFile staged_;
  std::string buffer_;
  Sha256Hasher hasher_;
  uint64_t size_ = 0;
};

}  // namespace hallmark
