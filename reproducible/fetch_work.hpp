// The fetcher's scratch folder ROOT/fetch/work: one request at a time has it, and starts with it
// empty.
#pragma once

#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

class WorkFolder {
 public:
  // Waits while another process has the folder. What a killed request has left is removed.
  static Result<WorkFolder> open(const std::string& fetch_folder);
  WorkFolder(WorkFolder&&) noexcept = default;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  // A new folder in it, which only we can read.
  Result<std::string> make(const std::string& name) const;

 private:
  WorkFolder(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueFd lock_;
};

}  // namespace hallmark
