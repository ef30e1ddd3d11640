// The files of a git tree as plain bytes: their digest, and writing them to a folder.
//
// Git's own checkout is never used, so no filter, attribute, line-ending rule or LFS pointer has a
// say. Modes are 100644, 100755 and 120000 (a symbolic link); a submodule is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "core/result.hpp"
#include "core/safe_path.hpp"
#include "reproducible/git_repository.hpp"

namespace hallmark {

struct GitFile {
  std::string mode;
  std::string id;  // of the blob
  SafePath path;
};

// Output of `ls-tree -r -z`, sorted bytewise by path. kVerification: a path that could leave its
// folder or is longer than 2,048 bytes, a submodule or an unknown mode, the same path twice.
Result<std::vector<GitFile>> parse_tree_listing(std::string_view untrusted_listing);

class GitTree {
 public:
  static Result<GitTree> read(const GitRepository& repository, const std::string& tree);

  // Null: there is no regular file of that path.
  const GitFile* find(std::string_view path) const;
  // SHA-256 over, for each file in order of path: MODE ' ' PATH NUL SIZE NUL BYTES.
  Result<Sha256Digest> content_digest() const;
  // Makes `folder` and everything in it.
  Status write_to(const std::string& folder) const;

 private:
  GitTree(std::vector<GitFile> files, UniqueFd bytes)
      : files_(std::move(files)), bytes_(std::move(bytes)) {}

  std::vector<GitFile> files_;
  UniqueFd bytes_;  // the blobs in that order, as cat-file --batch writes them
};

}  // namespace hallmark
