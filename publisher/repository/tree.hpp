// push/tree, the files that package hosts serve, and the only way a file gets into it.
//
// A file is first staged: written, under a name that means nothing, to push/incoming on the same
// file system. Then it is placed: flushed to disk and renamed to its path. So whatever has a name
// in the tree and in a record is complete, and is never written to again; a crash leaves at most
// staged files, which the next start removes, and files that no record names. Works on one
// repository at a time: hold the repository lock (lock.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/result.hpp"
#include "publisher/repository/state.hpp"

namespace hallmark {

struct StagedFile {
  UniqueFd fd;       // for reading, and what stage_empty() made for writing
  std::string name;  // in push/incoming
};

struct Placement {
  StagedFile staged;
  std::string path;  // below the tree, checked by the caller
};

// A file below pool/, dists/, changelogs/ or apk/.
struct TreeFile {
  std::string path;
  uint64_t size = 0;  // bytes
};

class Tree {
 public:
  static Result<Tree> open(const Layout& layout);

  // Removes what a crash left in push/incoming.
  Status clear_incoming();

  // A private copy of the whole file: what happens to the original from now on does not matter.
  Result<StagedFile> stage_copy(int untrusted_fd, const std::string& subject);
  Result<StagedFile> stage_text(std::string_view bytes);
  // Empty, to be written to before it is placed.
  Result<StagedFile> stage_empty();
  // Another name for the same bytes, which nothing will ever write to.
  Result<StagedFile> stage_link(const StagedFile& original);
  Result<StagedFile> stage_link(const std::string& path_in_tree);

  // In this order; on return all of it, names included, is on disk.
  Status place(std::span<const Placement> placements);
  // The same, of files that no record names before this returns: a power cut may leave names of
  // them without contents, and the next attempt replaces these. So one flush does for many.
  Status place_unrecorded(std::span<const Placement> placements);

  // What nothing refers to any more, and folders that so become empty. It need not be there.
  Status remove(std::span<const std::string> paths);

  // All that is below pool/, dists/, changelogs/ and apk/, whatever it is, but folders; sorted by
  // path.
  Result<std::vector<TreeFile>> list() const;

  // Is the file there, with this size? Contents are not read: nothing but this class writes them.
  bool holds(const ServedFile& file) const;
  // Two names of one file?
  bool same_file(const std::string& path, const std::string& other) const;
  Result<UniqueFd> open_file(const std::string& path) const;

 private:
  Tree(UniqueFd root, UniqueFd incoming, std::string root_path)
      : root_(std::move(root)), incoming_(std::move(incoming)), root_path_(std::move(root_path)) {}
  std::string next_name();
  void remove_empty_folders(std::span<const std::string> paths) const;
  Result<StagedFile> finish_staging(StagedFile staged);
  Status move_into_place(std::span<const Placement> placements);
  Status flush_contents(std::span<const Placement> placements) const;
  Status flush_folders(std::span<const Placement> placements) const;

  UniqueFd root_;
  UniqueFd incoming_;
  std::string root_path_;
  uint64_t staged_count_ = 0;
};

}  // namespace hallmark
