// Files that appear together, in folders that may be anybody's: on a medium, say.
//
// Each is written as NAME.partial, a new file of ours whatever was there, and gets its name when
// all of them are complete. What was there under the name is never written over. If it comes to
// nothing, nothing of it stays; a run that is killed leaves NAME.partial, which the next replaces.
#pragma once

#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

std::string partial_name(const std::string& path);

class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles();

  // For reading and writing, mode 0600. Valid until this object ends.
  Result<int> make(const std::string& path);
  // The first that was made gets its name last. On return all of it is on disk.
  Status finish();
  // From now on they stay.
  void keep() { files_.clear(); }

 private:
  struct File {
    std::string path;
    UniqueFd fd;
    bool named = false;
  };
  std::vector<File> files_;
};

// kFailed: there is something of this name, or no folder for it.
Status check_name_is_free(const std::string& path);

}  // namespace hallmark
