// A bare git repository of our own, and the stock git that works on it: as a store of objects whose
// ids git recomputes, never as something that is checked out.
//
// Nothing of the machine's or the user's git configuration is read; hooks, filters, attributes,
// submodules, replaced objects and every transport but https and local files are off.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

class GitRepository {
 public:
  // Makes it in `folder`/repository, with its configuration beside it. The folder exists, is empty
  // and is ours alone. `proxy`: for https, or empty.
  static Result<GitRepository> create(const std::string& folder, const std::string& proxy = "");

  // Brings refs/tags/TAG, with all that it needs, from an https:// address, a repository's or a
  // bundle's absolute path; then recomputes every object (fsck --strict).
  Status fetch_tag(const std::string& from, const std::string& tag) const;
  // "ID\trefs/tags/TAG\n" for every tag at such an address: what it says, verified by nobody.
  Result<std::string> list_tags(const std::string& from) const;
  // A bundle of that tag, as the new file `path`.
  Status write_bundle(const std::string& path, const std::string& tag) const;

  // An object of the given type as it is stored, at most `limit` bytes.
  Result<std::string> object(const std::string& type, const std::string& id, uint64_t limit) const;
  // The id and the type ("tag", "commit") of what refs/tags/TAG names.
  struct Named {
    std::string id;
    std::string type;
  };
  Result<Named> find_tag(const std::string& tag) const;
  // `git ls-tree -r -z`: "MODE TYPE ID\tPATH\0", one for each file of the tree.
  Result<std::string> list_tree(const std::string& tree) const;
  // `git cat-file --batch` for the ids, one a line, as a file without a name.
  Result<UniqueFd> objects(const std::string& ids) const;

 private:
  explicit GitRepository(std::string folder) : folder_(std::move(folder)) {}
  struct Work;
  Result<std::string> run_git(const Work& work) const;
  std::string path() const { return folder_ + "/repository"; }

  std::string folder_;
};

}  // namespace hallmark
